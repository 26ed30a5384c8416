import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ServerSocket;
import java.net.Socket;

/** A client or a server that opens its input first, and so waits for the other's header. */
public final class InputFirst {
    private InputFirst() {}

    public static void main(String[] args) throws IOException, ClassNotFoundException {
        int port = Integer.parseInt(args[1]);
        if (args[0].equals("server")) {
            try (ServerSocket listener = new ServerSocket(port);
                    Socket socket = listener.accept()) {
                ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
                ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
                out.writeObject(in.readObject());
            }
        } else {
            try (Socket socket = new Socket("localhost", port)) {
                ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
                ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
                out.writeObject("hello");
                System.out.println(in.readObject());
            }
        }
    }
}
