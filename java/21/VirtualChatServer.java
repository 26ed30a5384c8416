import java.io.IOException;
import java.util.concurrent.Executors;

/**
 * The same as {@link ChatServer}, with a virtual thread for each client. Virtual threads need release
 * 21 or later.
 *
 * <p>Usage: {@code java VirtualChatServer [PORT] [CLIENTS]}.
 */
public final class VirtualChatServer {
    private VirtualChatServer() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        ChatServer.serve(args, Executors.newVirtualThreadPerTaskExecutor());
    }
}
