import java.io.BufferedReader;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OptionalDataException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Makes single calls of {@code DataInput} and {@code DataOutput} over a socket, on command, and of
 * object streams over them.
 *
 * <p>It reads commands from standard input and answers on standard output, one line each, as
 * described in the README in this folder. By hand: {@code java Peer}, then {@code listen}, {@code
 * accept}, {@code do readUTF} ...
 */
public final class Peer {
    private ServerSocket listener;
    private Socket socket;
    private CountingInput fromSocket;
    private CountingOutput toSocket;
    private DataInputStream in;
    private DataOutputStream out;

    /** The object streams over both; null before they are created. */
    private ObjectInputStream objectsIn;

    private ObjectOutputStream objectsOut;

    /** The numbered objects that have been written, by their values. */
    private Map<String, Object> written;

    /** The numbers of the objects that have been read. */
    private Map<Object, Integer> read;

    private Peer() {}

    public static void main(String[] args) throws IOException {
        // "1.8", then "9", "10", "11" ...
        String release = System.getProperty("java.specification.version").replaceFirst("^1\\.", "");
        say("peer java" + release + " java " + System.getProperty("java.version"));
        Peer peer = new Peer();
        BufferedReader commands =
                new BufferedReader(
                        new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            say(peer.answer(line));
        }
    }

    private static void say(String answer) {
        System.out.print("@@ " + answer + "\n");
        System.out.flush();
    }

    private String answer(String line) {
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? null : line.substring(space + 1);
        boolean takesMore = command.equals("connect") || command.equals("do");
        if (takesMore != (rest != null)) {
            return "unsupported";
        }
        try {
            switch (command) {
                case "listen":
                    if (listener != null || socket != null) {
                        return OPEN;
                    }
                    listener = new ServerSocket(0, 1, loopback());
                    return "port " + listener.getLocalPort();
                case "accept":
                    if (listener == null) {
                        return "failed not listening";
                    }
                    if (socket != null) {
                        return "failed there is a connection";
                    }
                    connected(listener.accept());
                    return "ok";
                case "connect":
                    int port = Integer.parseInt(decimal(rest));
                    if (listener != null || socket != null) {
                        return OPEN;
                    }
                    connected(new Socket(loopback(), port));
                    return "ok";
                case "do":
                    return socket == null ? "failed there is no connection" : observed(rest);
                case "end":
                    end();
                    return "ok";
                default:
                    return "unsupported";
            }
        } catch (IOException e) {
            return "failed " + e.toString().replaceAll("[^ -~]", "?");
        } catch (IllegalArgumentException e) {
            // An unknown method, or an invalid value.
            return "unsupported";
        }
    }

    /** There is one conversation at a time; the next one begins after {@code end}. */
    private static final String OPEN = "failed a conversation is open";

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByName("127.0.0.1");
    }

    private void connected(Socket connection) throws IOException {
        connection.setTcpNoDelay(true);
        fromSocket = new CountingInput(connection.getInputStream());
        toSocket = new CountingOutput(connection.getOutputStream());
        in = new DataInputStream(fromSocket);
        out = new DataOutputStream(toSocket);
        objectsIn = null;
        objectsOut = null;
        written = new HashMap<>();
        read = new IdentityHashMap<>();
        socket = connection;
    }

    private void end() throws IOException {
        try {
            if (socket != null) {
                close();
            }
            if (listener != null) {
                listener.close();
            }
        } finally {
            socket = null;
            listener = null;
        }
    }

    /** Makes a call, and returns its result and the bytes read and written so far. */
    private String observed(String call) {
        String result;
        toSocket.begin();
        try {
            int space = call.indexOf(' ');
            result =
                    "returned "
                            + (space < 0
                                    ? call(call)
                                    : call(call.substring(0, space), call.substring(space + 1)));
            toSocket.end();
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (OptionalDataException e) {
            result = threw(e, e.eof ? "eof" : "length " + e.length);
        } catch (IOException | ClassNotFoundException | RuntimeException | OutOfMemoryError e) {
            result = threw(e, e.getMessage());
        }
        return result + " " + fromSocket.count + " " + toSocket.count;
    }

    private static String threw(Throwable e, String message) {
        return "threw " + e.getClass().getName() + " " + string(message);
    }

    /** Where the methods of DataOutput go. */
    private DataOutput output() {
        return objectsOut == null ? out : objectsOut;
    }

    /** Where the methods of DataInput go. */
    private DataInput input() {
        return objectsIn == null ? in : objectsIn;
    }

    private ObjectOutputStream objectsOut() {
        if (objectsOut == null) {
            throw new IllegalStateException();
        }
        return objectsOut;
    }

    private ObjectInputStream objectsIn() {
        if (objectsIn == null) {
            throw new IllegalStateException();
        }
        return objectsIn;
    }

    private String call(String method, String value) throws IOException {
        DataInput in = input();
        DataOutput out = output();
        switch (method) {
            case "write":
                out.write(bytes(value));
                return "void";
            case "writeBoolean":
                out.writeBoolean(truth(value));
                return "void";
            case "writeByte":
                out.writeByte(Byte.parseByte(decimal(value)));
                return "void";
            case "writeShort":
                out.writeShort(Short.parseShort(decimal(value)));
                return "void";
            case "writeChar":
                out.writeChar(number(value, Character.MAX_VALUE));
                return "void";
            case "writeInt":
                out.writeInt(Integer.parseInt(decimal(value)));
                return "void";
            case "writeLong":
                out.writeLong(Long.parseLong(decimal(value)));
                return "void";
            case "writeFloat":
                out.writeFloat(Float.intBitsToFloat((int) bits(value, 8)));
                return "void";
            case "writeDouble":
                out.writeDouble(Double.longBitsToDouble(bits(value, 16)));
                return "void";
            case "writeBytes":
                out.writeBytes(units(value, 'u', 4));
                return "void";
            case "writeChars":
                out.writeChars(units(value, 'u', 4));
                return "void";
            case "writeUTF":
                out.writeUTF(units(value, 'u', 4));
                return "void";
            case "readFully":
                byte[] bytes = new byte[number(value, Integer.MAX_VALUE)];
                in.readFully(bytes);
                return hex(bytes);
            case "skipBytes":
                return String.valueOf(in.skipBytes(number(value, Integer.MAX_VALUE)));
            case "writeObject":
                Object object = argument(value);
                objectsOut().writeObject(object);
                return "void";
            case "writeUnshared":
                Object unshared = argument(value);
                objectsOut().writeUnshared(unshared);
                return "void";
            default:
                throw new IllegalArgumentException(method);
        }
    }

    private String call(String method) throws IOException, ClassNotFoundException {
        DataInput in = input();
        switch (method) {
            case "flush":
                if (objectsOut != null) {
                    objectsOut.flush();
                } else {
                    out.flush();
                }
                return "void";
            case "size":
                return String.valueOf(out.size());
            case "readBoolean":
                return String.valueOf(in.readBoolean());
            case "readByte":
                return String.valueOf(in.readByte());
            case "readUnsignedByte":
                return String.valueOf(in.readUnsignedByte());
            case "readShort":
                return String.valueOf(in.readShort());
            case "readUnsignedShort":
                return String.valueOf(in.readUnsignedShort());
            case "readChar":
                return String.valueOf((int) in.readChar());
            case "readInt":
                return String.valueOf(in.readInt());
            case "readLong":
                return String.valueOf(in.readLong());
            case "readFloat":
                return bits(Float.floatToRawIntBits(in.readFloat()), 8);
            case "readDouble":
                return bits(Double.doubleToRawLongBits(in.readDouble()), 16);
            case "readLine":
                return string(in.readLine());
            case "readUTF":
                return string(in.readUTF());
            case "shutdownOutput":
                socket.shutdownOutput();
                return "void";
            case "close":
                close();
                return "void";
            case "reset":
                socket.setSoLinger(true, 0);
                socket.close();
                return "void";
            case "newObjectOutputStream":
                objectsOut = new ObjectOutputStream(out);
                return "void";
            case "newObjectInputStream":
                objectsIn = new KnownObjectInput(new SingleBytes(this.in));
                return "void";
            case "readObject":
                return result(objectsIn().readObject());
            case "readUnshared":
                return result(objectsIn().readUnshared());
            case "resetObjects":
                objectsOut().reset();
                return "void";
            default:
                throw new IllegalArgumentException(method);
        }
    }

    private void close() throws IOException {
        // Since JDK 13, closing a socket does this.
        if (!socket.isClosed() && !socket.isOutputShutdown()) {
            socket.shutdownOutput();
        }
        socket.close();
    }

    /** Parses an object; the same value with a number is always the same object. */
    private Object argument(String value) {
        if (value.equals("null")) {
            return null;
        }
        int equals = value.indexOf('=');
        if (equals < 0) {
            return parsed(value);
        }
        number(value.substring(0, equals), Integer.MAX_VALUE);
        Object object = parsed(value.substring(equals + 1));
        Object known = written.putIfAbsent(value, object);
        return known == null ? object : known;
    }

    /** Parses an object without a number, which is always a new one. */
    private static Object parsed(String value) {
        if (value.startsWith("u")) {
            return units(value, 'u', 4);
        }
        boolean isBoxed = value.endsWith(")");
        int start = value.indexOf(isBoxed ? '(' : '[');
        if (start < 0 || !isBoxed && !value.endsWith("]")) {
            throw new IllegalArgumentException(value);
        }
        String type = value.substring(0, start);
        String inside = value.substring(start + 1, value.length() - 1);
        if (isBoxed) {
            return boxed(type, inside);
        }
        String[] elements = inside.isEmpty() ? new String[0] : inside.split(",", -1);
        for (int i = 0; i < TYPES.length; i++) {
            if (TYPES[i].getName().equals(type)) {
                Object array = Array.newInstance(TYPES[i], elements.length);
                for (int at = 0; at < elements.length; at++) {
                    Array.set(array, at, boxed(BOXES[i].getSimpleName(), elements[at]));
                }
                return array;
            }
        }
        throw new IllegalArgumentException(value);
    }

    // The constructors make new objects, which valueOf does not.
    @SuppressWarnings({"deprecation", "removal"})
    private static Object boxed(String type, String value) {
        switch (type) {
            case "Boolean":
                return new Boolean(truth(value));
            case "Byte":
                return new Byte(Byte.parseByte(decimal(value)));
            case "Character":
                return new Character((char) number(value, Character.MAX_VALUE));
            case "Short":
                return new Short(Short.parseShort(decimal(value)));
            case "Integer":
                return new Integer(Integer.parseInt(decimal(value)));
            case "Long":
                return new Long(Long.parseLong(decimal(value)));
            case "Float":
                return new Float(Float.intBitsToFloat((int) bits(value, 8)));
            case "Double":
                return new Double(Double.longBitsToDouble(bits(value, 16)));
            default:
                throw new IllegalArgumentException(type);
        }
    }

    private static final Class<?>[] TYPES = {
        boolean.class, byte.class, char.class, short.class,
        int.class, long.class, float.class, double.class,
    };

    private static final Class<?>[] BOXES = {
        Boolean.class, Byte.class, Character.class, Short.class,
        Integer.class, Long.class, Float.class, Double.class,
    };

    /** An object that was read, with its number; an empty string has none. */
    private String result(Object object) throws ClassNotFoundException {
        if (object == null) {
            return "null";
        }
        String content = shown(object);
        if (object.equals("")) {
            return content;
        }
        Integer number = read.get(object);
        if (number == null) {
            number = read.size();
            read.put(object, number);
        }
        return number + "=" + content;
    }

    private static String shown(Object object) throws ClassNotFoundException {
        if (object instanceof String) {
            return string((String) object);
        }
        Class<?> element = object.getClass().getComponentType();
        if (element == null) {
            return object.getClass().getSimpleName() + "(" + primitive(object) + ")";
        }
        StringBuilder word = new StringBuilder(element.getName()).append('[');
        for (int at = 0; at < Array.getLength(object); at++) {
            word.append(at > 0 ? "," : "").append(primitive(Array.get(object, at)));
        }
        return word.append(']').toString();
    }

    private static String primitive(Object value) throws ClassNotFoundException {
        if (value instanceof Character) {
            return String.valueOf((int) (Character) value);
        }
        if (value instanceof Float) {
            return bits(Float.floatToRawIntBits((Float) value), 8);
        }
        if (value instanceof Double) {
            return bits(Double.doubleToRawLongBits((Double) value), 16);
        }
        if (value instanceof Boolean || value instanceof Number) {
            return value.toString();
        }
        throw new ClassNotFoundException(value.getClass().getName());
    }

    private static boolean truth(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(value);
        }
        return value.equals("true");
    }

    /** Rejects the plus and the digits of other scripts, which Java would accept. */
    private static String decimal(String value) {
        for (int at = value.startsWith("-") ? 1 : 0; at < value.length(); at++) {
            if (value.charAt(at) < '0' || value.charAt(at) > '9') {
                throw new IllegalArgumentException(value);
            }
        }
        return value;
    }

    private static int number(String value, int most) {
        int number = Integer.parseInt(decimal(value));
        if (number < 0 || number > most) {
            throw new IllegalArgumentException(value);
        }
        return number;
    }

    private static long bits(String value, int digits) {
        if (value.length() != 2 + digits || !value.startsWith("0x")) {
            throw new IllegalArgumentException(value);
        }
        long bits = 0;
        for (int at = 2; at < value.length(); at++) {
            bits = bits << 4 | digit(value.charAt(at));
        }
        return bits;
    }

    /** The bits of a floating-point number, in 8 or 16 hex digits. */
    private static String bits(long bits, int digits) {
        char[] word = new char[2 + digits];
        word[0] = '0';
        word[1] = 'x';
        for (int at = word.length - 1; at >= 2; at--) {
            word[at] = DIGITS[(int) (bits & 0xf)];
            bits >>>= 4;
        }
        return new String(word);
    }

    private static byte[] bytes(String value) {
        return units(value, 'x', 2).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Parses the mark and the groups of hex digits, each of which becomes a {@code char}. */
    private static String units(String value, char mark, int digits) {
        if (value.isEmpty() || value.charAt(0) != mark || (value.length() - 1) % digits != 0) {
            throw new IllegalArgumentException(value);
        }
        char[] text = new char[value.length() / digits];
        for (int at = 0; at < text.length; at++) {
            int unit = 0;
            for (int i = 1 + at * digits; i < 1 + (at + 1) * digits; i++) {
                unit = 16 * unit + digit(value.charAt(i));
            }
            text[at] = (char) unit;
        }
        return new String(text);
    }

    private static int digit(char digit) {
        if (digit >= VALUES.length || VALUES[digit] < 0) {
            throw new IllegalArgumentException(String.valueOf(digit));
        }
        return VALUES[digit];
    }

    private static String hex(byte[] bytes) {
        char[] word = new char[1 + 2 * bytes.length];
        word[0] = 'x';
        for (int i = 0; i < bytes.length; i++) {
            digits(bytes[i] & 0xff, 2, word, 1 + 2 * i);
        }
        return new String(word);
    }

    private static String string(String text) {
        if (text == null) {
            return "null";
        }
        char[] word = new char[1 + 4 * text.length()];
        word[0] = 'u';
        for (int i = 0; i < text.length(); i++) {
            digits(text.charAt(i), 4, word, 1 + 4 * i);
        }
        return new String(word);
    }

    private static void digits(int number, int count, char[] word, int start) {
        for (int at = start + count - 1; at >= start; at--) {
            word[at] = DIGITS[number & 0xf];
            number >>= 4;
        }
    }

    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    /** The values of the hex digits, by character; negative for any other character. */
    private static final byte[] VALUES = new byte['f' + 1];

    static {
        for (char digit = 0; digit < VALUES.length; digit++) {
            VALUES[digit] = (byte) Character.digit(digit, 16);
        }
    }

    /** Reads objects of the classes that have a value in the protocol, and of no others. */
    private static final class KnownObjectInput extends ObjectInputStream {
        private static final Set<String> KNOWN = new HashSet<>(Arrays.asList("java.lang.Number"));

        static {
            for (int i = 0; i < TYPES.length; i++) {
                KNOWN.add(BOXES[i].getName());
                KNOWN.add(Array.newInstance(TYPES[i], 0).getClass().getName());
            }
        }

        KnownObjectInput(InputStream stream) throws IOException {
            super(stream);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description)
                throws IOException, ClassNotFoundException {
            if (!KNOWN.contains(description.getName())) {
                throw new ClassNotFoundException(description.getName());
            }
            return super.resolveClass(description);
        }

        @Override
        protected Class<?> resolveProxyClass(String[] interfaces) throws ClassNotFoundException {
            throw new ClassNotFoundException(String.join(" ", interfaces));
        }
    }

    /** Gives one byte at a time, so that nothing depends on how the bytes arrive. */
    private static final class SingleBytes extends InputStream {
        private final InputStream stream;

        SingleBytes(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int b = stream.read();
            if (b < 0) {
                return -1;
            }
            buffer[offset] = (byte) b;
            return 1;
        }
    }

    /** Counts the bytes taken from a stream, read one by one, read into arrays, or skipped. */
    private static final class CountingInput extends InputStream {
        private final InputStream stream;
        private long count;

        CountingInput(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            int b = stream.read();
            if (b >= 0) {
                count++;
            }
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = stream.read(buffer, offset, length);
            if (read > 0) {
                count += read;
            }
            return read;
        }
    }

    /**
     * Counts the bytes that a stream has accepted. The first pieces of a call leave alone, and the
     * short ones after them in blocks: {@code writeBytes} and {@code writeChars} write a byte or a
     * character at a time, and a system call for each takes longer than everything else about a
     * long text.
     */
    private static final class CountingOutput extends OutputStream {
        /** More pieces than a number has: it fails at the same byte as without blocks. */
        private static final int ALONE = 16;

        /** The length of a character, which some JDKs write as one piece. */
        private static final int SHORT = 2;

        private final OutputStream stream;
        private final byte[] block = new byte[8192];
        private int inBlock;
        private int alone;
        private long count;

        CountingOutput(OutputStream stream) {
            this.stream = stream;
        }

        /** Begins a call. What an earlier one could not write is lost. */
        void begin() {
            inBlock = 0;
            alone = 0;
        }

        /** Ends a call: writes what it has left in the block. */
        void end() throws IOException {
            int length = inBlock;
            inBlock = 0;
            if (length > 0) {
                stream.write(block, 0, length);
                count += length;
            }
        }

        @Override
        public void write(int b) throws IOException {
            if (alone < ALONE) {
                alone++;
                stream.write(b);
                count++;
                return;
            }
            if (inBlock == block.length) {
                end();
            }
            block[inBlock++] = (byte) b;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            if (length <= SHORT && alone >= ALONE) {
                for (int i = 0; i < length; i++) {
                    write(buffer[offset + i]);
                }
                return;
            }
            end();
            alone++;
            stream.write(buffer, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            end();
            stream.flush();
        }
    }
}
