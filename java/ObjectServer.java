import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamConstants;
import java.io.OptionalDataException;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Prints every message of one client and sends it back; a message is a string in an object stream.
 *
 * <p>Usage: {@code java ObjectServer [PORT]}, by default 666. With port 0 the system chooses the port.
 * It is printed to standard error as {@code listening on HOST:PORT}.
 */
public final class ObjectServer {
    private ObjectServer() {}

    public static void main(String[] args) throws IOException, ClassNotFoundException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 666;

        System.out.println("---server---");
        try (ServerSocket listener = new ServerSocket(port)) {
            System.err.println(
                    "listening on "
                            + listener.getInetAddress().getHostAddress()
                            + ":"
                            + listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                System.out.println("一个客户端连接建立");
                converse(socket);
            }
        }
    }

    private static void converse(Socket socket) throws IOException, ClassNotFoundException {
        // The output first, and its header at once: the client's input waits for the header.
        ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
        out.flush();
        MessageInput from = new MessageInput(socket.getInputStream());
        ObjectInputStream in = new ObjectInputStream(from);

        while (true) {
            from.hasBegun = false;
            try {
                String message = (String) in.readObject();
                System.out.println("client say:" + message);
                out.writeObject(message);
            } catch (OptionalDataException e) {
                // The client has called writeUTF, and is answered in the same way.
                String message = in.readUTF();
                System.out.println("client say:" + message);
                out.writeUTF(message);
            } catch (EOFException e) {
                // The input may end between two messages; within a message this is an error.
                if (from.hasBegun) {
                    throw e;
                }
                return;
            }
            out.flush();
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
