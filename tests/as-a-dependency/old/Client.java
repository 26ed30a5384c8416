import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/** Asks its user for words until one is right. */
final class Client {
    public static void main(String[] arguments) throws IOException {
        try (Socket socket = new Socket(arguments[0], Integer.parseInt(arguments[1]))) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            BufferedReader user = new BufferedReader(new InputStreamReader(System.in));
            String answer = "";
            while (!answer.startsWith("yes")) {
                System.out.print("word? ");
                System.out.flush();
                String word = user.readLine();
                if (word == null) {
                    break;
                }
                out.writeUTF(word);
                answer = in.readUTF();
                System.out.println(answer);
            }
        }
    }
}
