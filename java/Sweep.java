import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Arrays;
import java.util.function.IntSupplier;
import java.util.zip.CRC32;

/**
 * Makes calls of {@link DataInputStream}, {@link DataOutputStream} and the like, and reports their
 * results.
 *
 * <p>Usage: {@code java Sweep}. It reads requests from standard input and writes answers to standard
 * output, both binary with big-endian numbers. It begins with the int {@value #HELLO}, and exits at
 * the end of its input.
 *
 * <p>A request is an int, the number of bytes that follow, and then these bytes. {@code n * (...)}
 * stands for n repetitions:
 *
 * <pre>
 * byte  kind      'R' reads, 'W' writes, 'F' files, 'O' reads and 'P' writes of an object stream,
 *                 'L' lines of a console, 'D' decoded and 'E' encoded lines, 'H' hosts, 'C' constants
 *                 of a class file
 * byte  all       1 to return all outcomes, 0 to return only their checksum
 *
 * R:    int calls, calls * (byte method, int argument)
 *       int rounds
 *       int sources, sources * (int length, int failing, the bytes)
 *
 *       Makes all calls in this order on a new stream over each source, in rounds, until the last
 *       call of a round returns null or throws an EOFException, or until all rounds are done. With
 *       failing >= 0 the source throws once, after this number of bytes.
 *
 * O:    as R, on a new ObjectInputStream over each source.
 *
 * L:    as R, without the calls: the only call is readLine of a BufferedReader over an
 *       InputStreamReader in UTF-8.
 *
 * W:    int sinks, sinks * (int failing, int calls, calls * (byte method, the value))
 *
 *       Makes all calls in this order on a new stream over each sink. With failing >= 0 the sink
 *       throws once, after this number of bytes. The value is a byte for writeBoolean; an int for
 *       writeByte, writeShort, writeChar, writeInt and the bits of writeFloat; a long for writeLong
 *       and the bits of writeDouble; an int and this number of bytes for write; an int and this
 *       number of code units for a string.
 *
 * P:    as W, on a new ObjectOutputStream over each sink. One more outcome at the end of each sink
 *       is that of flush.
 *
 * F:    int files, files * (int length, the bytes; int calls, calls * (a call))
 *
 *       Makes all calls in this order on a RandomAccessFile with these bytes, from its beginning.
 *       A call is the byte method and the int argument as in R; 32 and the method, and the value,
 *       as in W; or 64 and a long for seek, 65 for length, 66 for getFilePointer, 67 and a long
 *       for setLength. The outcome of a write is void. One more outcome at the end of each file
 *       has all its bytes.
 *
 * D:    the name of a charset as a string; the rest as L. The only call is readLine of a
 *       BufferedReader over an InputStreamReader in that charset.
 *
 * E:    the name of a charset as a string; int sinks, sinks * (int calls, calls * (a string))
 *
 *       The only call is println of a PrintWriter over an OutputStreamWriter in that charset,
 *       flushed after each line; there is a new writer over each sink.
 *
 * H:    int hosts, hosts * (a string)
 *
 *       The only call is InetAddress.getByName. It returns the bytes of the address and its scope
 *       ID as an int, 0 for none. null means that the host is a name, which is not looked up. The
 *       message of an exception is left out.
 *
 * C:    int version; int bodies, bodies * (int length, the bytes)
 *
 *       Each body is a string constant of a class file of this major version, which is loaded. It
 *       returns the string, or throws the ClassFormatError of loading a class with this constant.
 *       The message of the error is left out.
 * </pre>
 *
 * <p>An answer is two ints, the length of all outcomes in bytes and their CRC-32, and then the
 * outcomes, if requested. An outcome is:
 *
 * <pre>
 * byte  how       0 returned, 1 returned null, 2 threw, 3 threw the same as the last call that threw
 * 2:    the class and the message, each an int and this number of code units; -1 for null
 * int   length, and this number of bytes: the value read, text as code units, for readFully the
 *       whole buffer, even if it threw; or the bytes that reached the sink during this call
 * int   the number of bytes the source has given since the stream began; or size(); or, for F,
 *       getFilePointer(), and the length in the last outcome; 0 for O, P, L, D, E, H, C
 * </pre>
 */
public final class Sweep {
    private static final int HELLO = 0x4A545331;

    private static final String FAILURE = "so it was told";

    private static final byte[] NOTHING = {};

    /** The method of a file that is the first one of W. */
    private static final int WRITES = 32;

    private final Answer answer = new Answer();

    private Sweep() {}

    public static void main(String[] args) throws IOException {
        // Since 9: look names up only in this file, which does not exist.
        System.setProperty("jdk.net.hosts.file", "/dev/null/hosts");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        DataInputStream requests = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream answers =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        answers.writeInt(HELLO);
        answers.flush();

        Sweep sweep = new Sweep();
        byte[] bytes = new byte[0];
        while (true) {
            int length;
            try {
                length = requests.readInt();
            } catch (EOFException e) {
                return;
            }
            if (bytes.length < length) {
                bytes = new byte[length];
            }
            requests.readFully(bytes, 0, length);
            sweep.play(ByteBuffer.wrap(bytes, 0, length), answers);
            answers.flush();
        }
    }

    private void play(ByteBuffer request, DataOutputStream answers) throws IOException {
        byte kind = request.get();
        boolean all = request.get() != 0;
        answer.clear();
        switch (kind) {
            case 'R':
                reads(request);
                break;
            case 'O':
                objectReads(request);
                break;
            case 'P':
                objectWrites(request);
                break;
            case 'F':
                files(request);
                break;
            case 'L':
                lines(request, StandardCharsets.UTF_8);
                break;
            case 'D':
                lines(request, Charset.forName(text(request)));
                break;
            case 'E':
                printed(request, Charset.forName(text(request)));
                break;
            case 'H':
                hosts(request);
                break;
            case 'C':
                constants(request);
                break;
            case 'W':
                writes(request);
                break;
            default:
                throw new IOException("no such kind of request: " + kind);
        }
        answer.send(all, answers);
    }

    private void reads(ByteBuffer request) throws IOException {
        ReadCalls calls = new ReadCalls(request);
        int sources = request.getInt();
        for (int i = 0; i < sources; i++) {
            Source source = new Source(request);
            play(calls, new DataInputStream(source), source::given);
        }
    }

    private void objectReads(ByteBuffer request) throws IOException {
        ReadCalls calls = new ReadCalls(request);
        int sources = request.getInt();
        for (int i = 0; i < sources; i++) {
            // It reads ahead, and by how much is not compared.
            play(calls, new ObjectInputStream(new Source(request)), () -> 0);
        }
    }

    private void play(ReadCalls calls, DataInput in, IntSupplier position) throws IOException {
        boolean atEnd = false;
        for (int round = 0; round < calls.rounds && !atEnd; round++) {
            for (int call = 0; call < calls.methods.length; call++) {
                atEnd = read(in, calls.methods[call], calls.arguments[call]);
                answer.putInt(position.getAsInt());
            }
        }
    }

    private void files(ByteBuffer request) throws IOException {
        File path = File.createTempFile("javatalk", null);
        try (RandomAccessFile file = new RandomAccessFile(path, "rw")) {
            int files = request.getInt();
            for (int i = 0; i < files; i++) {
                byte[] content = new byte[request.getInt()];
                request.get(content);
                file.setLength(0);
                file.write(content);
                file.seek(0);
                int calls = request.getInt();
                for (int call = 0; call < calls; call++) {
                    call(file, request);
                    answer.putInt((int) file.getFilePointer());
                }
                content = new byte[(int) file.length()];
                file.seek(0);
                file.readFully(content);
                answer.returned(content);
                answer.putInt(content.length);
            }
        } finally {
            path.delete();
        }
    }

    private void call(RandomAccessFile file, ByteBuffer request) throws IOException {
        int method = request.get();
        if (method < WRITES) {
            read(file, (byte) method, request.getInt());
            return;
        }
        try {
            switch (method) {
                case 64:
                    file.seek(request.getLong());
                    answer.returned(NOTHING);
                    break;
                case 65:
                    answer.returned(file.length());
                    break;
                case 66:
                    answer.returned(file.getFilePointer());
                    break;
                case 67:
                    file.setLength(request.getLong());
                    answer.returned(NOTHING);
                    break;
                default:
                    write(file, (byte) (method - WRITES), request);
                    answer.returned(NOTHING);
            }
        } catch (IOException e) {
            answer.threw(e, NOTHING);
        }
    }

    /** Makes one call, and returns whether it reported the end of the input. */
    private boolean read(DataInput in, byte method, int argument) throws IOException {
        byte[] buffer = method == 0 ? new byte[argument] : NOTHING;
        try {
            switch (method) {
                case 0:
                    in.readFully(buffer);
                    answer.returned(buffer);
                    break;
                case 1:
                    answer.returned(in.skipBytes(argument));
                    break;
                case 2:
                    answer.returned((byte) (in.readBoolean() ? 1 : 0));
                    break;
                case 3:
                    answer.returned(in.readByte());
                    break;
                case 4:
                    answer.returned(in.readUnsignedByte());
                    break;
                case 5:
                    answer.returned(in.readShort());
                    break;
                case 6:
                    answer.returned(in.readUnsignedShort());
                    break;
                case 7:
                    answer.returned(in.readChar());
                    break;
                case 8:
                    answer.returned(in.readInt());
                    break;
                case 9:
                    answer.returned(in.readLong());
                    break;
                case 10:
                    answer.returned(Float.floatToRawIntBits(in.readFloat()));
                    break;
                case 11:
                    answer.returned(Double.doubleToRawLongBits(in.readDouble()));
                    break;
                case 12:
                    return answer.returned(in.readLine());
                case 13:
                    answer.returned(in.readUTF());
                    break;
                default:
                    throw new IllegalArgumentException("no such method: " + method);
            }
            return false;
        } catch (IOException e) {
            answer.threw(e, buffer);
            return e instanceof EOFException;
        }
    }

    private void lines(ByteBuffer request, Charset charset) throws IOException {
        int rounds = request.getInt();
        int sources = request.getInt();
        for (int i = 0; i < sources; i++) {
            InputStream source = new Source(request);
            BufferedReader in = new BufferedReader(new InputStreamReader(source, charset));
            boolean atEnd = false;
            for (int round = 0; round < rounds && !atEnd; round++) {
                try {
                    atEnd = answer.returned(in.readLine());
                } catch (IOException e) {
                    answer.threw(e, NOTHING);
                }
                answer.putInt(0);
            }
        }
    }

    private void writes(ByteBuffer request) throws IOException {
        int sinks = request.getInt();
        for (int i = 0; i < sinks; i++) {
            Sink sink = new Sink(request.getInt());
            DataOutputStream out = new DataOutputStream(sink);
            int calls = request.getInt();
            for (int call = 0; call < calls; call++) {
                try {
                    write(out, request.get(), request);
                    answer.returned(sink);
                } catch (IOException e) {
                    answer.threw(e, sink);
                }
                answer.putInt(out.size());
            }
        }
    }

    private void objectWrites(ByteBuffer request) throws IOException {
        int sinks = request.getInt();
        for (int i = 0; i < sinks; i++) {
            Sink sink = new Sink(request.getInt());
            ObjectOutputStream out = new ObjectOutputStream(sink);
            int calls = request.getInt();
            for (int call = 0; call <= calls; call++) {
                try {
                    if (call < calls) {
                        write(out, request.get(), request);
                    } else {
                        out.flush();
                    }
                    answer.returned(sink);
                } catch (IOException e) {
                    answer.threw(e, sink);
                }
                answer.putInt(0);
            }
        }
    }

    private void printed(ByteBuffer request, Charset charset) throws IOException {
        int sinks = request.getInt();
        for (int i = 0; i < sinks; i++) {
            Sink sink = new Sink(-1);
            PrintWriter out = new PrintWriter(new OutputStreamWriter(sink, charset), true);
            int calls = request.getInt();
            for (int call = 0; call < calls; call++) {
                out.println(text(request));
                if (out.checkError()) {
                    throw new IOException("a sink that never fails has failed");
                }
                answer.returned(sink);
                answer.putInt(0);
            }
        }
    }

    private void hosts(ByteBuffer request) throws IOException {
        if (System.getProperty("java.specification.version").startsWith("1.")) {
            throw new IOException("a JDK before 9 cannot be kept from looking names up");
        }
        int hosts = request.getInt();
        for (int i = 0; i < hosts; i++) {
            try {
                InetAddress address = InetAddress.getByName(text(request));
                byte[] bytes = address.getAddress();
                int scope =
                        address instanceof Inet6Address
                                ? ((Inet6Address) address).getScopeId()
                                : 0;
                answer.returned(
                        ByteBuffer.allocate(bytes.length + 4).put(bytes).putInt(scope).array());
            } catch (UnknownHostException e) {
                if (e.getMessage().startsWith("Unable to resolve host ")) {
                    answer.returned((String) null);
                } else {
                    answer.threw(new UnknownHostException(), NOTHING);
                }
            }
            answer.putInt(0);
        }
    }

    private void constants(ByteBuffer request) throws IOException {
        int version = request.getInt();
        byte[][] bodies = new byte[request.getInt()][];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = new byte[request.getInt()];
            request.get(bodies[i]);
        }
        for (int i = 0; i < bodies.length; i += Constants.MOST) {
            constants(version, bodies, i, Math.min(i + Constants.MOST, bodies.length));
        }
    }

    /** Loads a class with all of these constants, or classes with some, if one is refused. */
    private void constants(int version, byte[][] bodies, int from, int to) throws IOException {
        try {
            for (String constant : Constants.load(version, bodies, from, to)) {
                answer.returned(constant);
                answer.putInt(0);
            }
        } catch (ClassFormatError e) {
            if (to - from == 1) {
                answer.threw(new ClassFormatError(), NOTHING);
                answer.putInt(0);
            } else {
                int middle = (from + to) >>> 1;
                constants(version, bodies, from, middle);
                constants(version, bodies, middle, to);
            }
        }
    }

    private static void write(DataOutput out, byte method, ByteBuffer request)
            throws IOException {
        switch (method) {
            case 0:
                byte[] bytes = new byte[request.getInt()];
                request.get(bytes);
                out.write(bytes);
                break;
            case 1:
                out.writeBoolean(request.get() != 0);
                break;
            case 2:
                out.writeByte(request.getInt());
                break;
            case 3:
                out.writeShort(request.getInt());
                break;
            case 4:
                out.writeChar(request.getInt());
                break;
            case 5:
                out.writeInt(request.getInt());
                break;
            case 6:
                out.writeLong(request.getLong());
                break;
            case 7:
                out.writeFloat(Float.intBitsToFloat(request.getInt()));
                break;
            case 8:
                out.writeDouble(Double.longBitsToDouble(request.getLong()));
                break;
            case 9:
                out.writeBytes(text(request));
                break;
            case 10:
                out.writeChars(text(request));
                break;
            case 11:
                out.writeUTF(text(request));
                break;
            default:
                throw new IllegalArgumentException("no such method: " + method);
        }
    }

    private static String text(ByteBuffer request) {
        char[] units = new char[request.getInt()];
        for (int i = 0; i < units.length; i++) {
            units[i] = request.getChar();
        }
        return new String(units);
    }

    /** The calls of a request that reads, and how often to make them. */
    private static final class ReadCalls {
        final byte[] methods;
        final int[] arguments;
        final int rounds;

        ReadCalls(ByteBuffer request) {
            methods = new byte[request.getInt()];
            arguments = new int[methods.length];
            for (int i = 0; i < methods.length; i++) {
                methods[i] = request.get();
                arguments[i] = request.getInt();
            }
            rounds = request.getInt();
        }
    }

    /** The outcomes of one request. */
    private static final class Answer {
        private final CRC32 checksum = new CRC32();
        private ByteBuffer outcomes = ByteBuffer.allocate(1 << 20);
        private char[] units = new char[64];
        private Class<?> lastClass;
        private String lastMessage;

        void clear() {
            outcomes.clear();
            lastClass = null;
            lastMessage = null;
        }

        void send(boolean all, DataOutputStream to) throws IOException {
            checksum.reset();
            checksum.update(outcomes.array(), 0, outcomes.position());
            to.writeInt(outcomes.position());
            to.writeInt((int) checksum.getValue());
            if (all) {
                to.write(outcomes.array(), 0, outcomes.position());
            }
        }

        void returned(byte value) {
            head(0, 1);
            outcomes.put(value);
        }

        void returned(short value) {
            head(0, 2);
            outcomes.putShort(value);
        }

        void returned(char value) {
            head(0, 2);
            outcomes.putChar(value);
        }

        void returned(int value) {
            head(0, 4);
            outcomes.putInt(value);
        }

        void returned(long value) {
            head(0, 8);
            outcomes.putLong(value);
        }

        void returned(byte[] value) {
            head(0, value.length);
            outcomes.put(value);
        }

        void returned(Sink sink) {
            head(0, sink.taken);
            sink.drain(outcomes);
        }

        /** Returns whether the result was null. */
        boolean returned(String value) {
            if (value == null) {
                head(1, 0);
                return true;
            }
            reserve(1);
            outcomes.put((byte) 0);
            // The length here is in bytes.
            put(value, 2);
            return false;
        }

        void threw(Throwable e, byte[] buffer) {
            threw(e);
            putInt(buffer.length);
            reserve(buffer.length);
            outcomes.put(buffer);
        }

        void threw(IOException e, Sink sink) {
            threw(e);
            putInt(sink.taken);
            reserve(sink.taken);
            sink.drain(outcomes);
        }

        private void threw(Throwable e) {
            String message = e.getMessage();
            reserve(1);
            if (e.getClass() == lastClass
                    && (message == null ? lastMessage == null : message.equals(lastMessage))) {
                outcomes.put((byte) 3);
                return;
            }
            lastClass = e.getClass();
            lastMessage = message;
            outcomes.put((byte) 2);
            put(lastClass.getName(), 1);
            if (message == null) {
                putInt(-1);
            } else {
                put(message, 1);
            }
        }

        void putInt(int value) {
            reserve(4);
            outcomes.putInt(value);
        }

        private void head(int how, int length) {
            reserve(5 + length);
            outcomes.put((byte) how);
            outcomes.putInt(length);
        }

        private void put(String text, int lengthOfUnit) {
            int length = text.length();
            if (units.length < length) {
                units = new char[2 * length];
            }
            text.getChars(0, length, units, 0);
            reserve(4 + 2 * length);
            outcomes.putInt(length * lengthOfUnit);
            for (int i = 0; i < length; i++) {
                outcomes.putChar(units[i]);
            }
        }

        private void reserve(int length) {
            if (outcomes.remaining() < length) {
                ByteBuffer larger =
                        ByteBuffer.allocate(2 * Math.max(outcomes.capacity(), length));
                outcomes.flip();
                larger.put(outcomes);
                outcomes = larger;
            }
        }
    }

    /** Generates classes with string constants, and loads them. */
    private static final class Constants extends ClassLoader {
        /** A class with more is seldom accepted as a whole; its method has room for 8,000. */
        static final int MOST = 512;

        private static final String NAME = "Generated";

        /** Returns the constants as the class loader has made them. */
        static String[] load(int version, byte[][] bodies, int from, int to) throws IOException {
            byte[] file = classFile(version, bodies, from, to);
            Class<?> loaded = new Constants().defineClass(NAME, file, 0, file.length);
            try {
                return (String[]) loaded.getMethod("constants").invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new IOException(e);
            }
        }

        private static byte[] classFile(int version, byte[][] bodies, int from, int to)
                throws IOException {
            int count = to - from;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(0xCAFEBABE);
            // Up to 45.2, code has another format, which old JDKs expect.
            out.writeShort(version == 45 ? 3 : 0);
            out.writeShort(version);

            out.writeShort(FIRST + 2 * count);
            utf8(out, NAME);
            index(out, 7, 1);
            utf8(out, "java/lang/Object");
            index(out, 7, 3);
            utf8(out, "java/lang/String");
            index(out, 7, 5);
            utf8(out, "constants");
            utf8(out, "()[Ljava/lang/String;");
            utf8(out, "Code");
            for (int i = 0; i < count; i++) {
                out.writeByte(1);
                out.writeShort(bodies[from + i].length);
                out.write(bodies[from + i]);
                index(out, 8, FIRST + 2 * i);
            }

            out.writeShort(0x0021); // public super
            out.writeShort(2);
            out.writeShort(4);
            out.writeShort(0);
            out.writeShort(0);
            out.writeShort(1);
            out.writeShort(0x0009); // public static
            out.writeShort(7);
            out.writeShort(8);
            out.writeShort(1);
            code(out, count);
            out.writeShort(0);
            return bytes.toByteArray();
        }

        /** Writes the code of {@code return new String[] {"...", "..."}}. */
        private static void code(DataOutputStream out, int count) throws IOException {
            int length = 7 + 8 * count;
            out.writeShort(9);
            out.writeInt(12 + length);
            out.writeShort(4); // stack
            out.writeShort(0);
            out.writeInt(length);
            out.writeByte(0x11); // sipush
            out.writeShort(count);
            out.writeByte(0xBD); // anewarray
            out.writeShort(6);
            for (int i = 0; i < count; i++) {
                out.writeByte(0x59); // dup
                out.writeByte(0x11); // sipush
                out.writeShort(i);
                out.writeByte(0x13); // ldc_w
                out.writeShort(FIRST + 1 + 2 * i);
                out.writeByte(0x53); // aastore
            }
            out.writeByte(0xB0); // areturn
            out.writeShort(0);
            out.writeShort(0);
        }

        private static void utf8(DataOutputStream out, String text) throws IOException {
            out.writeByte(1);
            out.writeUTF(text);
        }

        private static void index(DataOutputStream out, int tag, int index) throws IOException {
            out.writeByte(tag);
            out.writeShort(index);
        }

        /** The index of the first constant behind those of the class itself. */
        private static final int FIRST = 10;
    }

    /** A source of given bytes, which may fail once. */
    private static final class Source extends InputStream {
        private final byte[] bytes;
        private final int start;
        private final int end;
        private int next;
        private int failing;

        /** Reads its bytes from the request. */
        Source(ByteBuffer request) {
            int length = request.getInt();
            int failsAfter = request.getInt();
            bytes = request.array();
            start = request.position();
            end = start + length;
            next = start;
            failing = failsAfter < 0 ? -1 : start + failsAfter;
            request.position(end);
        }

        int given() {
            return next - start;
        }

        @Override
        public int read() throws IOException {
            return left() == 0 ? -1 : bytes[next++] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = Math.min(left(), length);
            System.arraycopy(bytes, next, buffer, offset, count);
            next += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public long skip(long length) throws IOException {
            if (length <= 0) {
                return 0;
            }
            int count = (int) Math.min(left(), length);
            next += count;
            return count;
        }

        /** Returns how much it can give before it ends or fails; throws if it must fail now. */
        private int left() throws IOException {
            if (next == failing) {
                failing = -1;
                throw new IOException(FAILURE);
            }
            return (failing < 0 ? end : failing) - next;
        }
    }

    /** A sink, which may fail once. */
    private static final class Sink extends OutputStream {
        private byte[] bytes = new byte[16];
        private int taken;
        private int left;

        /** Fails after this number of bytes; never with -1. */
        Sink(int failing) {
            left = failing < 0 ? Integer.MAX_VALUE : failing;
        }

        /** Returns the bytes taken since the last call. */
        void drain(ByteBuffer to) {
            to.put(bytes, 0, taken);
            taken = 0;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            int count = Math.min(length, left);
            if (bytes.length < taken + count) {
                bytes = Arrays.copyOf(bytes, 2 * (taken + count));
            }
            System.arraycopy(buffer, offset, bytes, taken, count);
            taken += count;
            left -= count;
            if (count < length) {
                left = Integer.MAX_VALUE;
                throw new IOException(FAILURE);
            }
        }
    }
}
