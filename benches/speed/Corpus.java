import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes the strings of all class files of the JDK's module {@code java.base}, in the order in which
 * they are there: for each the length in two bytes and its modified UTF-8, as {@code writeUTF} does.
 *
 * <p>Usage: {@code java Corpus FILE}.
 */
public final class Corpus {
    private static final int CLASS_FILE = 0xCAFEBABE;

    private Corpus() {}

    public static void main(String[] args) throws IOException {
        Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");
        List<Path> classes;
        try (Stream<Path> files = Files.walk(modules)) {
            classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
        try (DataOutputStream out =
                new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(Path.of(args[0]))))) {
            for (Path file : classes) {
                writeStrings(Files.readAllBytes(file), out);
            }
        }
    }

    /** The Java Virtual Machine Specification, section 4.4, has the sizes of all constants. */
    private static void writeStrings(byte[] classFile, DataOutputStream out) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        if (in.readInt() != CLASS_FILE) {
            throw new IOException("not a class file");
        }
        in.skipBytes(4);
        int count = in.readUnsignedShort();
        for (int index = 1; index < count; index++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> {
                    byte[] body = new byte[in.readUnsignedShort()];
                    in.readFully(body);
                    out.writeShort(body.length);
                    out.write(body);
                }
                case 7, 8, 16, 19, 20 -> in.skipBytes(2);
                case 15 -> in.skipBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
                case 5, 6 -> {
                    in.skipBytes(8);
                    // A long or double constant takes two indices.
                    index++;
                }
                default -> throw new IOException("no constant has the tag " + tag);
            }
        }
    }
}
