import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.Charset;

/**
 * Prints every message of one client and sends it back; a message is a line of text.
 *
 * <p>Usage: {@code java LineServer [PORT] [CHARSET]}, by default 666 and UTF-8. With port 0 the
 * system chooses the port. It is printed to standard error as {@code listening on HOST:PORT}.
 */
public final class LineServer {
    private LineServer() {}

    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 666;
        Charset charset = Charset.forName(args.length > 1 ? args[1] : "UTF-8");

        System.out.println("---server---");
        try (ServerSocket listener = new ServerSocket(port)) {
            System.err.println(
                    "listening on "
                            + listener.getInetAddress().getHostAddress()
                            + ":"
                            + listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                System.out.println("一个客户端连接建立");
                converse(socket, charset);
            }
        }
    }

    private static void converse(Socket socket, Charset charset) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), charset));
        PrintWriter out =
                new PrintWriter(new OutputStreamWriter(socket.getOutputStream(), charset), true);

        String message;
        while ((message = in.readLine()) != null) {
            System.out.println("client say:" + message);
            out.println(message);
            if (out.checkError()) {
                throw new IOException("the client accepts no more data");
            }
        }
    }
}
