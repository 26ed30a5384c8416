import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamConstants;
import java.io.OptionalDataException;
import java.net.Socket;

/**
 * Sends each line of standard input to the server and prints each answer; a message is a string in an
 * object stream.
 *
 * <p>Usage: {@code java ObjectClient [HOST] [PORT]}, by default localhost and 666. At the end of its
 * input it closes its output and waits for the server to close.
 */
public final class ObjectClient {
    private ObjectClient() {}

    public static void main(String[] args) throws IOException, ClassNotFoundException {
        String host = args.length > 0 ? args[0] : "localhost";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 666;

        System.out.println("---client---");
        try (Socket socket = new Socket(host, port)) {
            // The output first, and its header at once: the server's input waits for the header.
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            out.flush();
            MessageInput from = new MessageInput(socket.getInputStream());
            ObjectInputStream in = new ObjectInputStream(from);
            BufferedReader console = new BufferedReader(new InputStreamReader(System.in));

            String message;
            while ((message = console.readLine()) != null) {
                out.writeObject(message);
                out.flush();
                System.out.println(read(in));
            }
            socket.shutdownOutput();
            from.hasBegun = false;
            // An object ends the primitive data as the end of the stream does.
            if (in.read() != -1 || from.hasBegun) {
                throw new IOException("the server sent data after its last answer");
            }
        }
    }

    /** Reads a string of {@code writeObject} or of {@code writeUTF}. */
    private static String read(ObjectInputStream in) throws IOException, ClassNotFoundException {
        try {
            return (String) in.readObject();
        } catch (OptionalDataException e) {
            return in.readUTF();
        }
    }

    /** An input that tells whether anything of a message has come. A reset is none. */
    private static final class MessageInput extends FilterInputStream {
        boolean hasBegun;

        MessageInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            hasBegun |= value != -1 && value != ObjectStreamConstants.TC_RESET;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            for (int i = 0; i < count; i++) {
                hasBegun |= bytes[offset + i] != ObjectStreamConstants.TC_RESET;
            }
            return count;
        }
    }
}
