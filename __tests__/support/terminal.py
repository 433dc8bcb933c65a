"""Runs a program at a pseudo terminal: waits for each text in turn, then presses keys; prints what the terminal showed."""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
# Wide enough that no text is broken.
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
shown, seen, deadline = b"", 0, time.time() + 60
while time.time() < deadline:
    if steps and steps[0][0].encode() in shown[seen:]:
        seen = shown.index(steps[0][0].encode(), seen) + len(steps[0][0].encode())
        # Those who ask redraw what they asked: keys come when that has been done.
        time.sleep(0.2)
        os.write(terminal, steps.pop(0)[1].encode())
    if select.select([terminal], [], [], 0.1)[0]:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
else:
    os.kill(pid, signal.SIGKILL)
sys.stdout.buffer.write(shown)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if steps:
    sys.exit(f"not seen: {steps[0][0]}")
sys.exit(code)
