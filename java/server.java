import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Accepts one client, prints its message and sends the same message back.
 *
 * <p>Usage: {@code java server [PORT]}, by default 666. With port 0 the system chooses the port. It
 * is printed to standard error as {@code listening on HOST:PORT}.
 */
public final class server {
    private server() {}

    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 666;

        System.out.println("---server---");
        try (ServerSocket listener = new ServerSocket(port)) {
            System.err.println(
                    "listening on "
                            + listener.getInetAddress().getHostAddress()
                            + ":"
                            + listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                System.out.println("一个客户端连接建立");
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());

                String message = in.readUTF();
                System.out.println("client say:" + message);
                out.writeUTF(message);
                out.flush();
            }
        }
    }
}
