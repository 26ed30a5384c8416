import java.io.IOException;
import java.util.concurrent.Executors;

/**
 * The same as {@link ChatServer}, with a virtual thread for each client, which release 21 and later
 * have.
 *
 * <p>Usage: {@code java VirtualChatServer [PORT] [CLIENTS]}.
 */
public final class VirtualChatServer {
    private VirtualChatServer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        ChatServer.serve(args, Executors.newVirtualThreadPerTaskExecutor());
    }
}
