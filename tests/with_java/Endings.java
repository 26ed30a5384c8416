import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Locale;

/** Ends in the way that its argument names. */
public final class Endings {
    private static int runs;

    private Endings() {}

    public static void main(String[] args) throws Exception {
        runs++;
        switch (args[0]) {
            case "counts":
                System.out.println("run " + runs + " in " + Locale.getDefault());
                System.out.println(System.getProperty("endings"));
                System.out.println(Thread.currentThread().getName());
                System.out.println(Thread.currentThread().getThreadGroup().getName());
                System.out.println(Thread.getDefaultUncaughtExceptionHandler());
                break;
            case "echoes":
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
                String line;
                while ((line = in.readLine()) != null) {
                    System.out.println(line);
                    System.err.println("一 " + line.length());
                }
                break;
            case "throws":
                fail(3);
                break;
            case "fails-to-initialize":
                System.out.println(Unusable.VALUE);
                break;
            case "goes-on":
                Thread thread =
                        new Thread(
                                () -> {
                                    while (System.in != null) {
                                        try {
                                            if (System.in.read() == -1) {
                                                break;
                                            }
                                        } catch (IOException e) {
                                            break;
                                        }
                                    }
                                    System.out.println("after main");
                                });
                thread.start();
                break;
            case "leaves-a-daemon":
                Thread daemon = new Thread(() -> listen(true), "daemon");
                daemon.setDaemon(true);
                daemon.start();
                break;
            case "leaves-a-socket":
                listen(false);
                break;
            case "leaves-a-property":
                System.setProperty("endings", "left");
                break;
            case "leaves-a-locale":
                Locale.setDefault(Locale.forLanguageTag("tr-CY"));
                break;
            case "leaves-a-handler":
                Thread.setDefaultUncaughtExceptionHandler(
                        (in1, thrown) -> System.out.println("handled " + thrown));
                throw new IllegalStateException("for the handler");
            case "exits":
                System.out.println("exits");
                System.exit(3);
                break;
            case "does-not-flush":
                System.out.write('x');
                break;
            case "accepts":
                try (ServerSocket listener = listener()) {
                    listener.accept().close();
                }
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
    }

    private static ServerSocket listener() throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        System.err.println("port " + listener.getLocalPort());
        return listener;
    }

    @SuppressWarnings("resource")
    private static void listen(boolean accepts) {
        try {
            ServerSocket listener = listener();
            if (accepts) {
                listener.accept();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fail(int depth) {
        if (depth > 0) {
            fail(depth - 1);
        }
        IllegalStateException thrown =
                new IllegalStateException("outer", new IOException("inner"));
        thrown.addSuppressed(new RuntimeException("suppressed"));
        throw thrown;
    }

    private static final class Unusable {
        static final String VALUE = Integer.valueOf("no number").toString();
    }
}
