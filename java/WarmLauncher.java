import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TimeZone;

/**
 * Runs one program after another in this JVM, each as {@code java CLASS ARGUMENT...} would run it,
 * so that only the first waits for a JVM to start.
 *
 * <p>Usage: {@code java WarmLauncher}. Each line of standard input is a program: its class, the
 * files that serve as its standard input, output and error, and its arguments, separated by tabs.
 * The classes come from the class path of this JVM. Each program has a class loader of its own, so
 * its static fields are new. The answers are single bytes on standard output:
 *
 * <ul>
 *   <li>{@code S}: the program has started.
 *   <li>{@code F}: it could not be started here. It has not run.
 *   <li>{@code 0} or {@code 1}: it has ended, and {@code java} would exit with this status.
 * </ul>
 *
 * <p>A program that calls {@link System#exit} ends this JVM, with that status and without an
 * answer. So does a program that leaves something behind which only the end of a JVM would remove:
 * a socket, a daemon thread, or a changed property, locale, time zone or exception handler. Since
 * the kernel closes its sockets then, other programs see the same as with a JVM of its own.
 *
 * <p>What differs: stack traces that a program prints from {@code main} end with frames of this
 * class. Numbers that the JVM counts up, such as those of threads, go on from program to program. A
 * shutdown hook runs only if the JVM ends.
 */
public final class WarmLauncher {
    /** Where the answers go, whatever a program does with {@link System#out}. */
    private static final OutputStream ANSWERS = new FileOutputStream(FileDescriptor.out);

    private WarmLauncher() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        useSockets();
        URL[] classes = classPath();
        InputStream requests =
                new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        String request;
        while ((request = line(requests)) != null) {
            run(request.split("\t", -1), classes);
        }
    }

    private static URL[] classPath() throws IOException {
        String[] places = System.getProperty("java.class.path").split(File.pathSeparator);
        URL[] classes = new URL[places.length];
        for (int i = 0; i < places.length; i++) {
            classes[i] = new File(places[i]).toURI().toURL();
        }
        return classes;
    }

    /** Returns the next line without its end; null at the end of the input. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) != '\n') {
            if (next == -1) {
                return null;
            }
            bytes.write(next);
        }
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    private static void run(String[] request, URL[] classes)
            throws IOException, InterruptedException {
        Set<String> socketsBefore = sockets();
        Settings before = new Settings();
        // As for `java`, the parent knows the classes of the JDK, and no others.
        ClassLoader parent = ClassLoader.getSystemClassLoader().getParent();
        try (URLClassLoader loader = new URLClassLoader(classes, parent)) {
            Program program;
            Streams streams;
            try {
                program = new Program(request, loader);
                streams = new Streams(request);
            } catch (IOException | ReflectiveOperationException | LinkageError e) {
                answer('F');
                return;
            }
            answer('S');
            ThreadGroup threads = new ThreadGroup("main");
            Thread main = new Thread(threads, program, "main");
            main.setContextClassLoader(loader);
            main.start();
            main.join();
            int status = program.failed ? 1 : 0;
            boolean isLeft = awaitThreads(threads);
            if (isLeft || !before.equals(new Settings()) || !socketsBefore.containsAll(sockets())) {
                System.exit(status);
            }
            streams.close();
            answer('0' + status);
        }
    }

    private static void answer(int answer) throws IOException {
        ANSWERS.write(answer);
        ANSWERS.flush();
    }

    /** Waits for all threads that are no daemons. Returns whether daemons are left. */
    private static boolean awaitThreads(ThreadGroup group) throws InterruptedException {
        while (true) {
            Thread[] threads = new Thread[group.activeCount() + 8];
            int count = group.enumerate(threads, true);
            if (count == threads.length) {
                continue;
            }
            Thread awaited = null;
            for (Thread thread : Arrays.copyOf(threads, count)) {
                if (!thread.isDaemon()) {
                    awaited = thread;
                }
            }
            if (awaited == null) {
                return count > 0;
            }
            awaited.join();
        }
    }

    /** The sockets of this process. */
    private static Set<String> sockets() throws IOException {
        Set<String> sockets = new HashSet<>();
        File[] descriptors = new File("/proc/self/fd").listFiles();
        if (descriptors == null) {
            throw new IOException("there is no /proc/self/fd");
        }
        for (File descriptor : descriptors) {
            try {
                String target = Files.readSymbolicLink(descriptor.toPath()).toString();
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            } catch (IOException e) {
                // The descriptor with which the folder was read is closed by now.
                continue;
            }
        }
        return sockets;
    }

    /**
     * Uses a socket of each kind. The JDK keeps a socket of its own from the first one on, and no
     * program shall seem to have left it.
     */
    private static void useSockets() {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket server = listener.accept();
                DatagramSocket datagrams = new DatagramSocket()) {
            client.getOutputStream().write('x');
            server.getInputStream().read();
            datagrams.setSoTimeout(1);
        } catch (IOException e) {
            // A program will say it better.
            return;
        }
    }

    /** What a program can change for the programs after it. */
    private static final class Settings {
        // First, since this sets a property if it is the first time.
        private final TimeZone zone = TimeZone.getDefault();
        private final Locale locale = Locale.getDefault();
        private final Properties properties = (Properties) System.getProperties().clone();
        private final Thread.UncaughtExceptionHandler handler =
                Thread.getDefaultUncaughtExceptionHandler();

        boolean equals(Settings other) {
            return properties.equals(other.properties)
                    && locale.equals(other.locale)
                    && zone.equals(other.zone)
                    && handler == other.handler;
        }
    }

    /** The standard streams of a program. */
    private static final class Streams {
        private final InputStream in;
        private final OutputStream out;
        private final OutputStream err;

        /** Opens the streams, as a JVM does when it starts. */
        Streams(String[] request) throws IOException {
            in = new FileInputStream(request[1]);
            out = new FileOutputStream(request[2]);
            err = new FileOutputStream(request[3]);
            System.setIn(new BufferedInputStream(in));
            System.setOut(printStream(out, "stdout.encoding"));
            System.setErr(printStream(err, "stderr.encoding"));
        }

        private static PrintStream printStream(OutputStream to, String property)
                throws IOException {
            String otherwise = Charset.defaultCharset().name();
            String encoding =
                    System.getProperty(property, System.getProperty("sun." + property, otherwise));
            return new PrintStream(new BufferedOutputStream(to, 128), true, encoding);
        }

        /** Discards what the program has not flushed, as the end of a JVM does. */
        void close() throws IOException {
            in.close();
            out.close();
            err.close();
        }
    }

    /** The main method of a program. */
    private static final class Program implements Runnable {
        private final Method main;
        private final String[] arguments;
        private volatile boolean failed;

        Program(String[] request, ClassLoader loader) throws ReflectiveOperationException {
            main = Class.forName(request[0], false, loader).getMethod("main", String[].class);
            if (!Modifier.isStatic(main.getModifiers()) || main.getReturnType() != void.class) {
                throw new NoSuchMethodException("main");
            }
            main.setAccessible(true);
            arguments = Arrays.copyOfRange(request, 4, request.length);
        }

        /** Ends as the main method ends: by returning, or with what it has thrown. */
        @Override
        public void run() {
            try {
                main.invoke(null, (Object) arguments);
            } catch (InvocationTargetException e) {
                fail(e.getCause());
            } catch (IllegalAccessException e) {
                fail(e);
            } catch (Error e) {
                // The class could not be initialized.
                fail(e);
            }
        }

        private void fail(Throwable thrown) {
            failed = true;
            hideFrames(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
            Program.<RuntimeException>rethrow(thrown);
        }

        @SuppressWarnings("unchecked")
        private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
            throw (T) thrown;
        }

        /** Removes the frames that a JVM of its own would not have. */
        private static void hideFrames(Throwable thrown, Set<Throwable> seen) {
            if (thrown == null || !seen.add(thrown)) {
                return;
            }
            StackTraceElement[] frames = thrown.getStackTrace();
            int end = frames.length;
            for (int i = 0; i < frames.length; i++) {
                if (frames[i].getClassName().startsWith("WarmLauncher")) {
                    end = i;
                    break;
                }
            }
            if (end < frames.length) {
                while (end > 0 && isOfReflection(frames[end - 1].getClassName())) {
                    end--;
                }
                thrown.setStackTrace(Arrays.copyOf(frames, end));
            }
            hideFrames(thrown.getCause(), seen);
            for (Throwable other : thrown.getSuppressed()) {
                hideFrames(other, seen);
            }
        }

        private static boolean isOfReflection(String name) {
            return name.startsWith("java.lang.reflect.")
                    || name.startsWith("java.lang.invoke.")
                    || name.startsWith("jdk.internal.")
                    || name.startsWith("sun.reflect.")
                    || name.startsWith("sun.misc.Unsafe");
        }
    }
}
