import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.charset.Charset;

/**
 * Sends each line of standard input to the server and prints each answer; a message is a line of
 * text.
 *
 * <p>Usage: {@code java LineClient [HOST] [PORT] [CHARSET]}, by default localhost, 666 and UTF-8. At
 * the end of its input it closes its output and waits for the server to close.
 */
public final class LineClient {
    private LineClient() {}

    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "localhost";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 666;
        Charset charset = Charset.forName(args.length > 2 ? args[2] : "UTF-8");

        System.out.println("---client---");
        try (Socket socket = new Socket(host, port)) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), charset));
            PrintWriter out =
                    new PrintWriter(
                            new OutputStreamWriter(socket.getOutputStream(), charset), true);
            BufferedReader console = new BufferedReader(new InputStreamReader(System.in));

            String message;
            while ((message = console.readLine()) != null) {
                out.println(message);
                if (out.checkError()) {
                    throw new IOException("the server accepts no more data");
                }
                String answer = in.readLine();
                if (answer == null) {
                    throw new EOFException();
                }
                System.out.println(answer);
            }
            socket.shutdownOutput();
            if (in.read() != -1) {
                throw new IOException("the server sent data after its last answer");
            }
        }
    }
}
