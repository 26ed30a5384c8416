import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OptionalDataException;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Makes calls of {@link ObjectOutputStream} and {@link ObjectInputStream} and reports their results.
 *
 * <p>Usage: {@code java ObjectStreams}. It reads requests from standard input and writes answers to
 * standard output, both binary with big-endian numbers. It begins with the int {@value #HELLO}, and
 * exits at the end of its input.
 *
 * <p>A request is an int, the number of bytes that follow, and then these bytes. An answer is the
 * same. {@code n * (...)} stands for n repetitions, and a string is an int and this number of code
 * units:
 *
 * <pre>
 * 'W'   int objects, objects * (an object); int calls, calls * (byte method, the argument)
 *
 *       Creates the objects and a stream, and makes all calls on it. The argument of writeObject and
 *       writeUnshared is an int, the number of an object; -1 is null.
 *
 *       The answer has an outcome for the constructor and each call: byte 0 returned, or 2 threw; int,
 *       how often the sink has been flushed; then the int, how many bytes have reached the sink. The
 *       last outcome is all these bytes.
 *
 * 'R'   int piece, int failing, int length, the bytes; int calls, calls * (byte method, int argument)
 *
 *       Creates a stream over the bytes, and makes all calls on it. The source gives at most piece bytes
 *       at a time. With failing >= 0 it throws once, after this number of bytes.
 *
 *       The answer has an outcome for the constructor and each call: byte 0 returned the value that
 *       follows, 1 returned null, or 2 threw; then the int, how many bytes the source has given.
 *       There is none after a constructor that threw.
 *
 * 'F'   int number
 *
 *       Writes the object of this number from a list of objects of other classes, and then the string
 *       "behind it". The answer is the name of the class, a string, and then all bytes; empty after the
 *       last number.
 * </pre>
 *
 * <p>An outcome is an int, the number of bytes that follow, and then these bytes. After a 2 come the
 * class of what was thrown, a string, and its message, byte 0 and a string or byte 1 for null; and of
 * an OptionalDataException the int length and the byte eof.
 *
 * <p>An object is a byte, its kind, and its value: 0 a string, 1 to 8 a boxed value, 9 to 16 an array
 * of the same types, an int and this number of values. In an answer, an int comes first: the number
 * of the object, counted from 0; the value follows only the first time. 17 is an object of any other
 * class, with the number -1: the name of the class, a string.
 */
public final class ObjectStreams {
    private static final int HELLO = 0x4A544F53;

    private static final String FAILURE = "so it was told";

    private ObjectStreams() {}

    public static void main(String[] args) throws IOException {
        DataInputStream requests = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream answers =
                new DataOutputStream(
                        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
        answers.writeInt(HELLO);
        answers.flush();
        while (true) {
            int length;
            try {
                length = requests.readInt();
            } catch (EOFException e) {
                return;
            }
            byte[] bytes = new byte[length];
            requests.readFully(bytes);
            ByteBuffer request = ByteBuffer.wrap(bytes);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(answer);
            byte kind = request.get();
            if (kind == 'W') {
                new Writes(request, out).play();
            } else if (kind == 'R') {
                new Reads(request, out).play();
            } else if (kind == 'F') {
                foreign(request.getInt(), out);
            } else {
                throw new IOException("no such request: " + kind);
            }
            answers.writeInt(answer.size());
            answer.writeTo(answers);
            answers.flush();
        }
    }

    private static String text(ByteBuffer request) {
        char[] units = new char[request.getInt()];
        for (int i = 0; i < units.length; i++) {
            units[i] = request.getChar();
        }
        return new String(units);
    }

    private static byte[] bytes(ByteBuffer request) {
        byte[] bytes = new byte[request.getInt()];
        request.get(bytes);
        return bytes;
    }

    private static void text(DataOutputStream answer, String text) throws IOException {
        answer.writeInt(text.length());
        answer.writeChars(text);
    }

    /** What came of a call. */
    private static final class Outcome {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream out = new DataOutputStream(bytes);

        void threw(Throwable e) throws IOException {
            out.writeByte(2);
            text(out, e.getClass().getName());
            out.writeBoolean(e.getMessage() == null);
            if (e.getMessage() != null) {
                text(out, e.getMessage());
            }
            if (e instanceof OptionalDataException) {
                OptionalDataException optional = (OptionalDataException) e;
                out.writeInt(optional.length);
                out.writeBoolean(optional.eof);
            }
        }

        void end(int transferred, DataOutputStream answer) throws IOException {
            out.writeInt(transferred);
            answer.writeInt(bytes.size());
            bytes.writeTo(answer);
        }
    }

    private static void foreign(int number, DataOutputStream answer) throws IOException {
        Map<String, Object> map = new HashMap<>();
        map.put("one", 1);
        map.put("two", new Object[] {"nested", 2L, null});
        IOException suppressing = new IOException("message", new RuntimeException("cause"));
        suppressing.addSuppressed(new IOException("suppressed"));
        Object[] itself = new Object[2];
        itself[0] = itself;
        itself[1] = "text";
        Object[] all = {
            new ArrayList<>(Arrays.asList("a", "b", null)),
            map,
            new LinkedList<>(Arrays.asList(1, 2, 3)),
            new Date(0),
            new BigDecimal("1.5"),
            TimeUnit.SECONDS,
            new String[] {"a", "b", "a"},
            new int[][] {{1}, {2, 3}, null},
            itself,
            String.class,
            int[].class,
            ObjectStreamClass.lookup(Integer.class),
            suppressing,
            new Locale("en", "GB"),
            new EnumMap<>(Collections.singletonMap(TimeUnit.DAYS, "day")),
            Collections.unmodifiableList(new ArrayList<>(Arrays.asList((Object) new int[300], "x"))),
            new BitSet(1000),
            new TreeMap<>(Collections.singletonMap("k", new Date(1))),
            LocalDate.of(2020, 2, 29),
            Proxy.newProxyInstance(
                    ObjectStreams.class.getClassLoader(),
                    new Class<?>[] {Runnable.class, Comparable.class},
                    new Handler()),
            new Custom(),
            new Object[] {"written before the failure", new Object()},
        };
        if (number >= all.length) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            try {
                out.writeObject(all[number]);
            } catch (NotSerializableException e) {
                // The exception has been written.
            }
            out.writeObject("behind it");
        }
        text(answer, all[number].getClass().getName());
        bytes.writeTo(answer);
    }

    private static final class Handler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return null;
        }
    }

    /** Writes data of its own. */
    private static final class Custom implements Serializable {
        private static final long serialVersionUID = 1;

        private final byte b = 1;
        private final double d = 2;
        private final String text = "field";

        private void writeObject(ObjectOutputStream out) throws IOException {
            out.defaultWriteObject();
            out.write(new byte[3000]);
            out.writeObject(text);
            out.writeInt((int) d + b);
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
        }
    }

    /** Counts how often it is flushed. */
    private static final class Sink extends ByteArrayOutputStream {
        int flushes;

        @Override
        public void flush() {
            flushes++;
        }
    }

    /** Writes, with the method that subclasses may call. */
    private static final class Stream extends ObjectOutputStream {
        Stream(OutputStream out) throws IOException {
            super(out);
        }

        @Override
        protected void drain() throws IOException {
            super.drain();
        }
    }

    private static final class Writes {
        private final ByteBuffer request;
        private final DataOutputStream answer;
        private final List<Object> objects = new ArrayList<>();

        Writes(ByteBuffer request, DataOutputStream answer) {
            this.request = request;
            this.answer = answer;
        }

        void play() throws IOException {
            int count = request.getInt();
            for (int i = 0; i < count; i++) {
                objects.add(object());
            }
            int calls = request.getInt();
            Sink sink = new Sink();
            Stream out = new Stream(sink);
            Outcome first = new Outcome();
            first.out.writeByte(0);
            first.out.writeInt(sink.flushes);
            first.end(sink.size(), answer);
            for (int i = 0; i < calls; i++) {
                Outcome outcome = new Outcome();
                try {
                    call(out);
                    outcome.out.writeByte(0);
                } catch (IOException e) {
                    outcome.threw(e);
                }
                outcome.out.writeInt(sink.flushes);
                outcome.end(sink.size(), answer);
            }
            answer.writeInt(sink.size());
            sink.writeTo(answer);
        }

        private void call(Stream out) throws IOException {
            switch (request.get()) {
                case 0:
                    out.write(bytes(request));
                    break;
                case 1:
                    out.writeBoolean(request.get() != 0);
                    break;
                case 2:
                    out.writeByte(request.get());
                    break;
                case 3:
                    out.writeShort(request.getShort());
                    break;
                case 4:
                    out.writeChar(request.getChar());
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
                case 12:
                    out.writeObject(chosen());
                    break;
                case 13:
                    out.writeUnshared(chosen());
                    break;
                case 14:
                    out.writeObject(text(request));
                    break;
                case 15:
                    out.reset();
                    break;
                case 16:
                    out.flush();
                    break;
                case 17:
                    out.drain();
                    break;
                default:
                    throw new AssertionError("no such method");
            }
        }

        private Object chosen() {
            int number = request.getInt();
            return number < 0 ? null : objects.get(number);
        }

        @SuppressWarnings({"deprecation", "removal", "cast"})
        private Object object() {
            byte kind = request.get();
            switch (kind) {
                case 0:
                    return text(request);
                case 1:
                    return new Boolean(request.get() != 0);
                case 2:
                    return new Byte(request.get());
                case 3:
                    return new Character(request.getChar());
                case 4:
                    return new Short(request.getShort());
                case 5:
                    return new Integer(request.getInt());
                case 6:
                    return new Long(request.getLong());
                case 7:
                    return new Float(Float.intBitsToFloat(request.getInt()));
                case 8:
                    return new Double(Double.longBitsToDouble(request.getLong()));
                default:
                    return array(kind, request.getInt());
            }
        }

        private Object array(byte kind, int length) {
            switch (kind) {
                case 9:
                    boolean[] booleans = new boolean[length];
                    for (int i = 0; i < length; i++) {
                        booleans[i] = request.get() != 0;
                    }
                    return booleans;
                case 10:
                    byte[] bytes = new byte[length];
                    request.get(bytes);
                    return bytes;
                case 11:
                    char[] chars = new char[length];
                    for (int i = 0; i < length; i++) {
                        chars[i] = request.getChar();
                    }
                    return chars;
                case 12:
                    short[] shorts = new short[length];
                    for (int i = 0; i < length; i++) {
                        shorts[i] = request.getShort();
                    }
                    return shorts;
                case 13:
                    int[] ints = new int[length];
                    for (int i = 0; i < length; i++) {
                        ints[i] = request.getInt();
                    }
                    return ints;
                case 14:
                    long[] longs = new long[length];
                    for (int i = 0; i < length; i++) {
                        longs[i] = request.getLong();
                    }
                    return longs;
                case 15:
                    float[] floats = new float[length];
                    for (int i = 0; i < length; i++) {
                        floats[i] = Float.intBitsToFloat(request.getInt());
                    }
                    return floats;
                case 16:
                    double[] doubles = new double[length];
                    for (int i = 0; i < length; i++) {
                        doubles[i] = Double.longBitsToDouble(request.getLong());
                    }
                    return doubles;
                default:
                    throw new AssertionError("no such kind of object");
            }
        }
    }

    /** Gives its bytes in pieces, and fails once. */
    private static final class Source extends InputStream {
        private final byte[] bytes;
        private final int piece;
        private int failing;
        private int given;

        Source(int piece, int failing, byte[] bytes) {
            this.piece = piece;
            this.failing = failing;
            this.bytes = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = Math.min(Math.min(length, piece), bytes.length - given);
            if (failing >= given) {
                count = Math.min(count, failing - given);
                if (count == 0) {
                    failing = -1;
                    throw new IOException(FAILURE);
                }
            }
            if (count == 0) {
                return -1;
            }
            System.arraycopy(bytes, given, buffer, offset, count);
            given += count;
            return count;
        }

        @Override
        public int available() {
            return Math.min(piece, bytes.length - given);
        }
    }

    private static final class Reads {
        private final ByteBuffer request;
        private final DataOutputStream answer;
        private final Map<Object, Integer> numbers = new IdentityHashMap<>();

        Reads(ByteBuffer request, DataOutputStream answer) {
            this.request = request;
            this.answer = answer;
        }

        void play() throws IOException {
            Source source = new Source(request.getInt(), request.getInt(), bytes(request));
            int calls = request.getInt();
            ObjectInputStream in;
            Outcome first = new Outcome();
            try {
                in = new ObjectInputStream(source);
                first.out.writeByte(0);
                first.end(source.given, answer);
            } catch (IOException e) {
                first.threw(e);
                first.end(source.given, answer);
                return;
            }
            for (int i = 0; i < calls; i++) {
                byte method = request.get();
                int argument = request.getInt();
                Outcome outcome = new Outcome();
                ByteArrayOutputStream value = new ByteArrayOutputStream();
                try {
                    boolean some = call(in, method, argument, new DataOutputStream(value));
                    outcome.out.writeByte(some ? 0 : 1);
                    value.writeTo(outcome.out);
                } catch (IOException
                        | ClassNotFoundException
                        | RuntimeException
                        | OutOfMemoryError
                        | StackOverflowError e) {
                    outcome.threw(e);
                }
                outcome.end(source.given, answer);
            }
        }

        /** Whether it returned something else than null. */
        @SuppressWarnings("deprecation")
        private boolean call(ObjectInputStream in, byte method, int argument, DataOutputStream value)
                throws IOException, ClassNotFoundException {
            switch (method) {
                case 0:
                    byte[] bytes = new byte[argument];
                    in.readFully(bytes);
                    value.write(bytes);
                    return true;
                case 1:
                    value.writeBoolean(in.readBoolean());
                    return true;
                case 2:
                    value.writeByte(in.readByte());
                    return true;
                case 3:
                    value.writeByte(in.readUnsignedByte());
                    return true;
                case 4:
                    value.writeShort(in.readShort());
                    return true;
                case 5:
                    value.writeShort(in.readUnsignedShort());
                    return true;
                case 6:
                    value.writeChar(in.readChar());
                    return true;
                case 7:
                    value.writeInt(in.readInt());
                    return true;
                case 8:
                    value.writeLong(in.readLong());
                    return true;
                case 9:
                    value.writeInt(Float.floatToRawIntBits(in.readFloat()));
                    return true;
                case 10:
                    value.writeLong(Double.doubleToRawLongBits(in.readDouble()));
                    return true;
                case 11:
                    text(value, in.readUTF());
                    return true;
                case 12:
                    String line = in.readLine();
                    if (line != null) {
                        text(value, line);
                    }
                    return line != null;
                case 13:
                    value.writeInt(in.skipBytes(argument));
                    return true;
                case 14:
                    byte[] some = new byte[argument];
                    int count = in.read(some);
                    value.writeInt(count);
                    value.write(some, 0, Math.max(count, 0));
                    return true;
                case 15:
                    return object(in.readObject(), value);
                case 16:
                    return object(in.readUnshared(), value);
                case 17:
                    value.writeInt(in.available());
                    return true;
                default:
                    throw new AssertionError("no such method");
            }
        }

        private boolean object(Object object, DataOutputStream value) throws IOException {
            if (object == null) {
                return false;
            }
            if (isForeign(object)) {
                value.writeInt(-1);
                value.writeByte(17);
                text(value, object.getClass().getName());
                return true;
            }
            // Java has one empty string, however many it reads.
            Integer known = object.equals("") ? null : numbers.get(object);
            value.writeInt(known == null ? numbers.size() : known);
            if (known == null) {
                numbers.put(object.equals("") ? new Object() : object, numbers.size());
                content(object, value);
            }
            return true;
        }

        private static boolean isForeign(Object object) {
            Class<?> type = object.getClass();
            if (type.isArray()) {
                return !type.getComponentType().isPrimitive();
            }
            return !(object instanceof String
                    || object instanceof Boolean
                    || object instanceof Byte
                    || object instanceof Character
                    || object instanceof Short
                    || object instanceof Integer
                    || object instanceof Long
                    || object instanceof Float
                    || object instanceof Double);
        }

        private void content(Object object, DataOutputStream value) throws IOException {
            if (object instanceof String) {
                value.writeByte(0);
                text(value, (String) object);
            } else if (object instanceof Boolean) {
                value.writeByte(1);
                value.writeBoolean((Boolean) object);
            } else if (object instanceof Byte) {
                value.writeByte(2);
                value.writeByte((Byte) object);
            } else if (object instanceof Character) {
                value.writeByte(3);
                value.writeChar((Character) object);
            } else if (object instanceof Short) {
                value.writeByte(4);
                value.writeShort((Short) object);
            } else if (object instanceof Integer) {
                value.writeByte(5);
                value.writeInt((Integer) object);
            } else if (object instanceof Long) {
                value.writeByte(6);
                value.writeLong((Long) object);
            } else if (object instanceof Float) {
                value.writeByte(7);
                value.writeInt(Float.floatToRawIntBits((Float) object));
            } else if (object instanceof Double) {
                value.writeByte(8);
                value.writeLong(Double.doubleToRawLongBits((Double) object));
            } else {
                array(object, value);
            }
        }

        private void array(Object object, DataOutputStream value) throws IOException {
            if (object instanceof boolean[]) {
                boolean[] booleans = (boolean[]) object;
                value.writeByte(9);
                value.writeInt(booleans.length);
                for (boolean each : booleans) {
                    value.writeBoolean(each);
                }
            } else if (object instanceof byte[]) {
                byte[] bytes = (byte[]) object;
                value.writeByte(10);
                value.writeInt(bytes.length);
                value.write(bytes);
            } else if (object instanceof char[]) {
                char[] chars = (char[]) object;
                value.writeByte(11);
                value.writeInt(chars.length);
                for (char each : chars) {
                    value.writeChar(each);
                }
            } else if (object instanceof short[]) {
                short[] shorts = (short[]) object;
                value.writeByte(12);
                value.writeInt(shorts.length);
                for (short each : shorts) {
                    value.writeShort(each);
                }
            } else if (object instanceof int[]) {
                int[] ints = (int[]) object;
                value.writeByte(13);
                value.writeInt(ints.length);
                for (int each : ints) {
                    value.writeInt(each);
                }
            } else if (object instanceof long[]) {
                long[] longs = (long[]) object;
                value.writeByte(14);
                value.writeInt(longs.length);
                for (long each : longs) {
                    value.writeLong(each);
                }
            } else if (object instanceof float[]) {
                float[] floats = (float[]) object;
                value.writeByte(15);
                value.writeInt(floats.length);
                for (float each : floats) {
                    value.writeInt(Float.floatToRawIntBits(each));
                }
            } else {
                double[] doubles = (double[]) object;
                value.writeByte(16);
                value.writeInt(doubles.length);
                for (double each : doubles) {
                    value.writeLong(Double.doubleToRawLongBits(each));
                }
            }
        }
    }
}
