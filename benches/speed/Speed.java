import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the JDK's DataInputStream and DataOutputStream, as the Rust program beside it measures
 * its own, and prints a line for each: subject, operation, input, nanoseconds, with tabs between.
 *
 * <p>Usage: {@code java Speed SUBJECT text NAME FILE} for one text, whose modified UTF-8 is in the
 * file; {@code java Speed SUBJECT corpus STRINGS RECORDS} for many strings, and for records of six
 * fields; {@code java Speed SUBJECT numbers}, {@code objects} or {@code sockets}. A JVM for each, so
 * that none is compiled for the data of another.
 */
public final class Speed {
    private static final long SAMPLE_NANOS = 1_000_000;
    private static final long LONG_SAMPLE_NANOS = 10_000_000;
    private static final long WARM_UP_NANOS = 600_000_000;
    private static final int SAMPLES = 15;
    private static final int COUNT = 10_000;
    private static final int ROUNDS = 100;

    /** What results go into, so that no work is left out. */
    private static volatile Object kept;

    private static volatile long sum;

    private final String subject;

    private Speed(String subject) {
        this.subject = subject;
    }

    public static void main(String[] args) throws Exception {
        Speed speed = new Speed(args[0]);
        switch (args[1]) {
            case "text" -> speed.text(args[2], Files.readAllBytes(Path.of(args[3])));
            case "corpus" -> speed.corpus(Path.of(args[2]), Path.of(args[3]));
            case "numbers" -> speed.numbers();
            case "objects" -> speed.objects();
            case "sockets" -> speed.sockets();
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    private void text(String name, byte[] body) throws Exception {
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        new DataOutputStream(framed).writeShort(body.length);
        framed.write(body);

        ByteArrayInputStream source = new ByteArrayInputStream(framed.toByteArray());
        DataInputStream in = new DataInputStream(source);
        row(
                "readUTF",
                name,
                1,
                SAMPLE_NANOS,
                () -> {
                    source.reset();
                    kept = in.readUTF();
                });

        source.reset();
        String text = in.readUTF();
        ByteArrayOutputStream sink = new ByteArrayOutputStream(1 << 17);
        DataOutputStream out = new DataOutputStream(sink);
        row(
                "writeUTF",
                name,
                1,
                SAMPLE_NANOS,
                () -> {
                    sink.reset();
                    out.writeUTF(text);
                });
    }

    private void corpus(Path strings, Path records) throws Exception {
        byte[] messages = Files.readAllBytes(strings);
        List<String> texts = new ArrayList<>();
        DataInputStream all = new DataInputStream(new ByteArrayInputStream(messages));
        while (all.available() > 0) {
            texts.add(all.readUTF());
        }
        Reading readString =
                in -> {
                    kept = in.readUTF();
                    return 0;
                };
        many("readUTF", "strings of java.base", strings, texts.size(), readString);
        ByteArrayOutputStream sink = new ByteArrayOutputStream(1 << 17);
        DataOutputStream out = new DataOutputStream(sink);
        row(
                "writeUTF",
                "strings of java.base",
                texts.size(),
                SAMPLE_NANOS,
                () -> {
                    for (String text : texts) {
                        sink.reset();
                        out.writeUTF(text);
                    }
                });
        Reading readRecord =
                in -> {
                    long total = in.readInt();
                    kept = in.readUTF();
                    total += in.readLong();
                    total += in.readBoolean() ? 1 : 0;
                    total += Double.doubleToRawLongBits(in.readDouble());
                    kept = in.readUTF();
                    return total;
                };
        many("read a record", "six fields", records, texts.size() / 2, readRecord);
    }

    /** From memory, through a buffer, and through a buffer from the file. */
    private void many(String operation, String input, Path file, int count, Reading reading)
            throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        many(operation, input, count, reading, () -> new ByteArrayInputStream(bytes));
        many(
                operation,
                input + ", BufReader",
                count,
                reading,
                () -> new BufferedInputStream(new ByteArrayInputStream(bytes)));
        many(
                operation,
                input + ", BufReader<File>",
                count,
                reading,
                () -> new BufferedInputStream(Files.newInputStream(file)));
    }

    private void many(String operation, String input, int count, Reading reading, Opening opening)
            throws Exception {
        row(
                operation,
                input,
                count,
                SAMPLE_NANOS,
                () -> {
                    try (DataInputStream in = new DataInputStream(opening.open())) {
                        long total = 0;
                        for (int i = 0; i < count; i++) {
                            total += reading.read(in);
                        }
                        sum = total;
                    }
                });
    }

    private void numbers() throws Exception {
        byte[] memory = new byte[8 * COUNT];
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (byte) i;
        }
        for (String where : new String[] {"memory", "buffered"}) {
            boolean buffered = where.equals("buffered");
            reads("readByte", where, memory, buffered, DataInputStream::readByte);
            reads("readShort", where, memory, buffered, DataInputStream::readShort);
            reads("readInt", where, memory, buffered, DataInputStream::readInt);
            reads("readLong", where, memory, buffered, DataInputStream::readLong);
            reads(
                    "readDouble",
                    where,
                    memory,
                    buffered,
                    in -> Double.doubleToRawLongBits(in.readDouble()));
            writes("writeInt", where, buffered, (out, number) -> out.writeInt(number));
            writes("writeLong", where, buffered, (out, number) -> out.writeLong(number));
            writes("writeDouble", where, buffered, (out, number) -> out.writeDouble(number));
        }
        readSocket();
    }

    private void reads(String operation, String where, byte[] memory, boolean buffered, Reading reading)
            throws Exception {
        row(
                operation,
                where,
                COUNT,
                SAMPLE_NANOS,
                () -> {
                    InputStream source = new ByteArrayInputStream(memory);
                    DataInputStream in =
                            new DataInputStream(buffered ? new BufferedInputStream(source) : source);
                    long total = 0;
                    for (int i = 0; i < COUNT; i++) {
                        total += reading.read(in);
                    }
                    sum = total;
                });
    }

    private void writes(String operation, String where, boolean buffered, Writing writing)
            throws Exception {
        ByteArrayOutputStream memory = new ByteArrayOutputStream(8 * COUNT);
        row(
                operation,
                where,
                COUNT,
                SAMPLE_NANOS,
                () -> {
                    memory.reset();
                    OutputStream sink = buffered ? new BufferedOutputStream(memory) : memory;
                    DataOutputStream out = new DataOutputStream(sink);
                    for (int i = 0; i < COUNT; i++) {
                        writing.write(out, i);
                    }
                    out.flush();
                });
    }

    /** From a thread that never stops sending. */
    private void readSocket() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            byte[] block = new byte[1 << 16];
            daemon(
                    () -> {
                        try (Socket socket = listener.accept()) {
                            while (true) {
                                socket.getOutputStream().write(block);
                            }
                        }
                    });
            try (Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
                DataInputStream in =
                        new DataInputStream(new BufferedInputStream(socket.getInputStream()));
                row(
                        "readInt",
                        "socket",
                        COUNT,
                        LONG_SAMPLE_NANOS,
                        () -> {
                            long total = 0;
                            for (int i = 0; i < COUNT; i++) {
                                total += in.readInt();
                            }
                            sum = total;
                        });
            }
        }
    }

    private void objects() throws Exception {
        objects(
                new String[] {"writeInt", "readInt", "object stream"},
                out -> {
                    for (int i = 0; i < COUNT; i++) {
                        out.writeInt(i);
                    }
                },
                in -> {
                    long total = 0;
                    for (int i = 0; i < COUNT; i++) {
                        total += in.readInt();
                    }
                    sum = total;
                });
        objects(
                new String[] {"writeUTF", "readUTF", "object stream, hello"},
                out -> {
                    for (int i = 0; i < COUNT; i++) {
                        out.writeUTF("hello");
                    }
                },
                in -> {
                    for (int i = 0; i < COUNT; i++) {
                        kept = in.readUTF();
                    }
                });
        objects(
                new String[] {"writeObject", "readObject", "hello"},
                out -> {
                    for (int i = 0; i < COUNT; i++) {
                        // An object of its own, as each line of a console is.
                        out.writeObject(new String("hello"));
                    }
                },
                in -> {
                    for (int i = 0; i < COUNT; i++) {
                        kept = in.readObject();
                    }
                });
        int[] ints = new int[COUNT];
        Arrays.setAll(ints, i -> i);
        objects(
                new String[] {"writeObject", "readObject", "int[10000]"},
                out -> out.writeObject(ints),
                in -> kept = in.readObject());
    }

    /** Writes to a new stream in memory, and reads from another. */
    private void objects(String[] names, ObjectWriting writing, ObjectReading reading)
            throws Exception {
        ByteArrayOutputStream memory = new ByteArrayOutputStream(1 << 20);
        row(
                names[0],
                names[2],
                COUNT,
                SAMPLE_NANOS,
                () -> {
                    memory.reset();
                    ObjectOutputStream out = new ObjectOutputStream(memory);
                    writing.write(out);
                    out.flush();
                });
        byte[] written = memory.toByteArray();
        row(
                names[1],
                names[2],
                COUNT,
                SAMPLE_NANOS,
                () -> reading.read(new ObjectInputStream(new ByteArrayInputStream(written))));
    }

    private void sockets() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            daemon(
                    () -> {
                        while (true) {
                            try (Socket socket = listener.accept()) {
                                answer(socket);
                            } catch (EOFException end) {
                                // Who closes first is the client.
                            }
                        }
                    });
            InetAddress host = listener.getInetAddress();
            int port = listener.getLocalPort();
            try (Socket socket = new Socket(host, port)) {
                row("round trip", "hello", ROUNDS, LONG_SAMPLE_NANOS, () -> ask(socket, ROUNDS));
            }
            row(
                    "connect, exchange, close",
                    "hello",
                    1,
                    LONG_SAMPLE_NANOS,
                    () -> {
                        try (Socket socket = new Socket(host, port)) {
                            ask(socket, 1);
                        }
                    });
        }
    }

    private static void ask(Socket socket, int rounds) throws IOException {
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        for (int i = 0; i < rounds; i++) {
            out.writeUTF("hello");
            out.flush();
            if (!in.readUTF().equals("hello")) {
                throw new IOException("not hello");
            }
        }
    }

    private static void answer(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        while (true) {
            out.writeUTF(in.readUTF());
            out.flush();
        }
    }

    private static void daemon(Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (Exception end) {
                                // The other side is gone: there is nothing left to do.
                            }
                        });
        thread.setDaemon(true);
        thread.start();
    }

    /** The median of the samples, of one value. */
    private void row(String operation, String input, int values, long enough, Work work)
            throws Exception {
        long calls = 1;
        long begin = System.nanoTime();
        while (true) {
            long took = sample(calls, work);
            if (took < enough) {
                calls *= 2;
            } else if (System.nanoTime() - begin >= WARM_UP_NANOS) {
                break;
            }
        }
        // What was compiled late has made it faster: as many as fill a sample now.
        while (sample(calls, work) < enough) {
            calls *= 2;
        }
        long[] samples = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            samples[i] = sample(calls, work);
        }
        Arrays.sort(samples);
        double nanos = (double) samples[SAMPLES / 2] / calls / values;
        System.out.println(subject + "\t" + operation + "\t" + input + "\t" + nanos);
    }

    private static long sample(long calls, Work work) throws Exception {
        long start = System.nanoTime();
        for (long i = 0; i < calls; i++) {
            work.run();
        }
        return System.nanoTime() - start;
    }

    private interface Work {
        void run() throws Exception;
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    private interface Reading {
        long read(DataInputStream in) throws IOException;
    }

    private interface ObjectWriting {
        void write(ObjectOutputStream out) throws IOException;
    }

    private interface ObjectReading {
        void read(ObjectInputStream in) throws IOException, ClassNotFoundException;
    }

    private interface Writing {
        void write(DataOutputStream out, int number) throws IOException;
    }
}
