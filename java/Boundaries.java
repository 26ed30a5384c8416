import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/**
 * Sends three packets of 2, 4 and 8 KiB, or shows in which pieces they arrive.
 *
 * <p>Usage: {@code java Boundaries udp|tcp send [HOST] [PORT]}, by default localhost and 666;
 * {@code java Boundaries udp|tcp receive [PORT] [BUFFER]}, by default 666 and 16384 bytes. With port
 * 0 the system chooses the port. It is printed to standard error as {@code listening on HOST:PORT}.
 */
public final class Boundaries {
    private static final int[] PACKETS = {2 << 10, 4 << 10, 8 << 10};

    private static final int PATIENCE = 10_000;

    private final int[] arrived = new int[PACKETS.length];

    private int pieces;

    private Boundaries() {}

    public static void main(String[] args) throws IOException {
        boolean udp = args[0].equals("udp");
        System.out.println("---" + args[1] + " " + args[0] + "---");
        if (args[1].equals("send")) {
            String host = args.length > 2 ? args[2] : "localhost";
            int port = args.length > 3 ? Integer.parseInt(args[3]) : 666;
            if (udp) {
                sendDatagrams(host, port);
            } else {
                sendStream(host, port);
            }
        } else {
            int port = args.length > 2 ? Integer.parseInt(args[2]) : 666;
            byte[] buffer = new byte[args.length > 3 ? Integer.parseInt(args[3]) : 16384];
            Boundaries boundaries = new Boundaries();
            if (udp) {
                boundaries.receiveDatagrams(port, buffer);
            } else {
                boundaries.receiveStream(port, buffer);
            }
        }
    }

    private static byte[] packet(int index) {
        byte[] packet = new byte[PACKETS[index]];
        Arrays.fill(packet, (byte) ('1' + index));
        return packet;
    }

    private static void sendDatagrams(String host, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(host), port);
            for (int i = 0; i < PACKETS.length; i++) {
                byte[] packet = packet(i);
                socket.send(new DatagramPacket(packet, packet.length, to));
                System.out.println("packet " + (i + 1) + ": " + packet.length + " bytes");
            }
        }
    }

    private static void sendStream(String host, int port) throws IOException {
        try (Socket socket = new Socket(host, port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < PACKETS.length; i++) {
                byte[] packet = packet(i);
                out.write(packet);
                System.out.println("packet " + (i + 1) + ": " + packet.length + " bytes");
            }
        }
    }

    private void receiveDatagrams(int port, byte[] buffer) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(port)) {
            announce(socket.getLocalAddress(), socket.getLocalPort());
            socket.setSoTimeout(PATIENCE);
            for (int i = 0; i < PACKETS.length; i++) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                piece(buffer, packet.getLength());
            }
        }
        sum();
    }

    private void receiveStream(int port, byte[] buffer) throws IOException {
        try (ServerSocket listener = new ServerSocket(port)) {
            announce(listener.getInetAddress(), listener.getLocalPort());
            try (Socket socket = listener.accept()) {
                socket.setSoTimeout(PATIENCE);
                InputStream in = socket.getInputStream();
                int count;
                while ((count = in.read(buffer)) != -1) {
                    piece(buffer, count);
                }
            }
        }
        sum();
    }

    private static void announce(InetAddress address, int port) {
        System.err.println("listening on " + address.getHostAddress() + ":" + port);
    }

    private void piece(byte[] bytes, int length) {
        pieces++;
        StringBuilder line = new StringBuilder("piece " + pieces + ": " + length + " bytes");
        String between = ": ";
        for (int from = 0; from < length; ) {
            int to = from;
            while (to < length && bytes[to] == bytes[from]) {
                to++;
            }
            line.append(between).append(to - from).append(" of packet ").append((char) bytes[from]);
            between = ", ";
            int index = bytes[from] - '1';
            if (index >= 0 && index < arrived.length) {
                arrived[index] += to - from;
            }
            from = to;
        }
        System.out.println(line);
    }

    private void sum() {
        for (int i = 0; i < PACKETS.length; i++) {
            System.out.println("packet " + (i + 1) + ": " + arrived[i] + " of " + PACKETS[i] + " bytes");
        }
    }
}
