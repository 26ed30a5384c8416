import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/**
 * Sends each line of standard input to the server and prints each answer.
 *
 * <p>Usage: {@code java ChatClient [HOST] [PORT]}, by default localhost and 666. At the end of its
 * input it closes its output and waits for the server to close.
 */
public final class ChatClient {
    private ChatClient() {}

    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "localhost";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 666;

        System.out.println("---client---");
        try (Socket socket = new Socket(host, port)) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            BufferedReader console = new BufferedReader(new InputStreamReader(System.in));

            String message;
            while ((message = console.readLine()) != null) {
                out.writeUTF(message);
                out.flush();
                System.out.println(in.readUTF());
            }
            socket.shutdownOutput();
            if (in.read() != -1) {
                throw new IOException("the server sent data after its last answer");
            }
        }
    }
}
