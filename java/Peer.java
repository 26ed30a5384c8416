import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Makes single calls of {@code DataInput} and {@code DataOutput} over a socket, on command.
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
        try {
            int space = call.indexOf(' ');
            result =
                    "returned "
                            + (space < 0
                                    ? call(call)
                                    : call(call.substring(0, space), call.substring(space + 1)));
        } catch (IOException | OutOfMemoryError e) {
            result = "threw " + e.getClass().getName() + " " + string(e.getMessage());
        }
        return result + " " + fromSocket.count + " " + toSocket.count;
    }

    private String call(String method, String value) throws IOException {
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
            default:
                throw new IllegalArgumentException(method);
        }
    }

    @SuppressWarnings("deprecation") // The peer must offer DataInputStream.readLine.
    private String call(String method) throws IOException {
        switch (method) {
            case "flush":
                out.flush();
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
                return String.format("0x%08x", Float.floatToRawIntBits(in.readFloat()));
            case "readDouble":
                return String.format("0x%016x", Double.doubleToRawLongBits(in.readDouble()));
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

    private static boolean truth(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(value);
        }
        return value.equals("true");
    }

    /** Accepts digits with an optional minus, and rejects the plus that Java would accept. */
    private static String decimal(String value) {
        if (!value.matches("-?[0-9]+")) {
            throw new IllegalArgumentException(value);
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
        if (!value.matches("0x[0-9a-fA-F]{" + digits + "}")) {
            throw new IllegalArgumentException(value);
        }
        return Long.parseUnsignedLong(value.substring(2), 16);
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
                char digit = value.charAt(i);
                if (digit >= VALUES.length || VALUES[digit] < 0) {
                    throw new IllegalArgumentException(value);
                }
                unit = 16 * unit + VALUES[digit];
            }
            text[at] = (char) unit;
        }
        return new String(text);
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

    /** Counts the bytes that a stream has accepted. */
    private static final class CountingOutput extends OutputStream {
        private final OutputStream stream;
        private long count;

        CountingOutput(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            stream.write(b);
            count++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            stream.write(buffer, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }
    }
}
