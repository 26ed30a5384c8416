import java.io.Serializable;
import java.util.Date;
import java.util.List;

/** What client and server exchange. */
public class Note implements Serializable {
    private static final long serialVersionUID = 1L;

    final String text;
    final List<String> seenBy;
    final Date date;

    Note(String text, List<String> seenBy, Date date) {
        this.text = text;
        this.seenBy = seenBy;
        this.date = date;
    }
}
