import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** Sends two notes, and prints how they come back. */
public class NoteClient {
    public static void main(String[] args) throws Exception {
        try (Socket socket = new Socket("localhost", Integer.parseInt(args[0]))) {
            ObjectOutputStream out = new ObjectOutputStream(socket.getOutputStream());
            ObjectInputStream in = new ObjectInputStream(socket.getInputStream());
            for (String text : new String[] {"first", "second"}) {
                out.writeObject(new Note(text, new ArrayList<>(List.of("client")), new Date()));
                out.flush();
                Note note = (Note) in.readObject();
                System.out.println(note.text + " seen by " + note.seenBy + " on " + note.date);
            }
        }
    }
}
