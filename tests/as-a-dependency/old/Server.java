import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/** Lets any number of clients guess a word, until it is stopped. */
final class Server {
    private static final String WORD = "pear";

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(arguments[0]))) {
            while (true) {
                Socket client = listener.accept();
                new Thread(() -> play(client)).start();
            }
        }
    }

    private static void play(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                String word = in.readUTF();
                System.out.println("guessed: " + word);
                out.writeUTF(word.equals(WORD) ? "yes, at " + now() : "no");
            }
        } catch (EOFException gone) {
            System.out.println("gone");
        } catch (IOException why) {
            System.err.println(why);
        }
    }

    private static String now() {
        return LocalTime.now().format(DateTimeFormatter.ofPattern("HH:mm:ss"));
    }
}
