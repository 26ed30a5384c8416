// Says line after line to a server and prints what one recv brings for each.
//
// Usage: raw_client [HOST] [PORT], by default localhost and 666. After `bye`, and at the end of its
// input, it closes its output and waits until the server has closed too. An empty line has no bytes
// that could be sent, so it is passed over.
//
// c++ -std=c++17 -Wall -Wextra -Werror -o raw_client raw_client.cpp

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>

constexpr std::size_t BUFFER_SIZE = 1024;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void say(const std::string& line) {
    std::cout << line << '\n' << std::flush;
}

int connect_to(const std::string& host, const std::string& port) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* address = nullptr;
    int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &address);
    if (error != 0) {
        throw std::runtime_error(host + ": " + gai_strerror(error));
    }
    int server = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (server < 0) {
        fail("socket");
    }
    if (connect(server, address->ai_addr, address->ai_addrlen) < 0) {
        fail("connect");
    }
    freeaddrinfo(address);
    return server;
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

void converse(int server) {
    std::string message;
    while (std::getline(std::cin, message)) {
        if (message.empty()) {
            continue;
        }
        send_all(server, message);
        std::string answer = receive(server);
        if (answer.empty()) {
            throw std::runtime_error("the server has closed the connection");
        }
        say(answer);
        if (message == "bye") {
            break;
        }
    }
}

void wait_for_end(int server) {
    if (shutdown(server, SHUT_WR) < 0) {
        fail("shutdown");
    }
    std::size_t left_over = 0;
    for (std::string rest = receive(server); !rest.empty(); rest = receive(server)) {
        left_over += rest.size();
    }
    if (left_over > 0) {
        throw std::runtime_error("bytes of the answers that were never taken: " +
                                 std::to_string(left_over));
    }
}

int main(int argc, char** argv) {
    std::string host = argc > 1 ? argv[1] : "localhost";
    std::string port = argc > 2 ? argv[2] : "666";
    // A server that is gone is an error of send, and not the end of this program.
    std::signal(SIGPIPE, SIG_IGN);

    say("---client---");
    try {
        int server = connect_to(host, port);
        converse(server);
        wait_for_end(server);
        close(server);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
