import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;

/**
 * Sends one line to the server and prints the answer.
 *
 * <p>Usage: {@code java client [HOST] [PORT]}, by default localhost and 666.
 */
public final class client {
    private client() {}

    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "localhost";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 666;

        System.out.println("---client---");
        try (Socket socket = new Socket(host, port)) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            BufferedReader console = new BufferedReader(new InputStreamReader(System.in));

            String message = console.readLine();
            out.writeUTF(message);
            out.flush();
            System.out.println(in.readUTF());
        }
    }
}
