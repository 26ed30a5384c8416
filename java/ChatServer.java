import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Prints every message of every client and sends it back, with a thread for each client.
 *
 * <p>Usage: {@code java ChatServer [PORT] [CLIENTS]}, by default 666 and no limit of clients. With
 * port 0 the system chooses the port. It is printed to standard error as {@code listening on
 * HOST:PORT}. After the last client the server exits, with 1 if a conversation has failed.
 */
public final class ChatServer {
    private static volatile boolean failed;

    private ChatServer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        serve(args, Executors.newCachedThreadPool());
    }

    /** Serves each client in a thread of this pool. */
    static void serve(String[] args, ExecutorService threads)
            throws IOException, InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 666;
        int clients = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;

        System.out.println("---server---");
        try (ServerSocket listener = new ServerSocket(port)) {
            System.err.println(
                    "listening on "
                            + listener.getInetAddress().getHostAddress()
                            + ":"
                            + listener.getLocalPort());
            for (int client = 0; client < clients; client++) {
                Socket socket = listener.accept();
                threads.execute(() -> converse(socket));
            }
        }
        threads.shutdown();
        threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        if (failed) {
            System.exit(1);
        }
    }

    private static void converse(Socket accepted) {
        try (Socket socket = accepted) {
            System.out.println("一个客户端连接建立");
            PushbackInputStream from = new PushbackInputStream(socket.getInputStream());
            DataInputStream in = new DataInputStream(from);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());

            // The input may end between two messages; within a message this is an error.
            int first;
            while ((first = from.read()) != -1) {
                from.unread(first);
                String message = in.readUTF();
                System.out.println("client say:" + message);
                out.writeUTF(message);
                out.flush();
            }
        } catch (IOException e) {
            failed = true;
            e.printStackTrace();
        }
    }
}
