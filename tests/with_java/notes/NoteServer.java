import java.io.EOFException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Returns every note, with itself among those who have seen it. It has a bug if it is told one. */
public class NoteServer {
    public static void main(String[] args) throws Exception {
        String bug = args[1];
        try (ServerSocket listener = new ServerSocket(Integer.parseInt(args[0]))) {
            while (true) {
                try (Socket socket = listener.accept()) {
                    ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
                    ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
                    serve(in, out, bug);
                } catch (EOFException gone) {
                    System.out.println("gone");
                }
            }
        }
    }

    private static void serve(ObjectInputStream in, ObjectOutputStream out, String bug) throws Exception {
        while (true) {
            Note note = (Note) in.readObject();
            List<String> seenBy = bug.equals("forgets") ? new ArrayList<>() : note.seenBy;
            seenBy.add("server");
            if (bug.equals("resets")) {
                out.reset();
            }
            out.writeObject(new Note(bug.equals("shouts") ? note.text.toUpperCase() : note.text, seenBy, note.date));
            out.flush();
        }
    }
}
