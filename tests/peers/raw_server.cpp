// Prints what each recv brings of one client, and sends it back.
//
// Usage: raw_server [PORT], by default 666; with port 0 the system chooses. The port is announced on
// standard error as `listening on HOST:PORT`. It ends when the client has closed.
//
// c++ -std=c++17 -Wall -Wextra -Werror -o raw_server raw_server.cpp

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>

constexpr std::size_t BUFFER_SIZE = 1024;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void say(const std::string& line) {
    std::cout << line << '\n' << std::flush;
}

int listen_on(std::uint16_t port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) {
        fail("socket");
    }
    int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) {
        fail("bind");
    }
    if (listen(listener, 1) < 0) {
        fail("listen");
    }
    socklen_t length = sizeof address;
    if (getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) < 0) {
        fail("getsockname");
    }
    std::cerr << "listening on " << inet_ntoa(address.sin_addr) << ':'
              << ntohs(address.sin_port) << std::endl;
    return listener;
}

void send_all(int socket, const std::string& message) {
    std::size_t sent = 0;
    while (sent < message.size()) {
        ssize_t count = send(socket, message.data() + sent, message.size() - sent, 0);
        if (count < 0) {
            fail("send");
        }
        sent += static_cast<std::size_t>(count);
    }
}

// What one recv brings; empty at the end.
std::string receive(int socket) {
    char buffer[BUFFER_SIZE];
    ssize_t count = recv(socket, buffer, sizeof buffer, 0);
    if (count < 0) {
        fail("recv");
    }
    return std::string(buffer, static_cast<std::size_t>(count));
}

void converse(int client) {
    for (std::string message = receive(client); !message.empty(); message = receive(client)) {
        say("client say:" + message);
        send_all(client, message);
    }
}

int main(int argc, char** argv) {
    int port = argc > 1 ? std::atoi(argv[1]) : 666;
    // A client that is gone is an error of send, and not the end of this program.
    std::signal(SIGPIPE, SIG_IGN);

    say("---server---");
    try {
        int listener = listen_on(static_cast<std::uint16_t>(port));
        int client = accept(listener, nullptr, nullptr);
        if (client < 0) {
            fail("accept");
        }
        close(listener);
        say("一个客户端连接建立");
        converse(client);
        close(client);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
