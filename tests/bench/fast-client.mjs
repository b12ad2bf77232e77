// HTTP over one connection with as little work as possible: the measuring side
// of the submissions shares two cores with the server.
import { connect } from 'node:net';

export class FastClient {
  constructor(port) { this.port = port; this.buffer = ''; this.wake = null; }

  open() {
    return new Promise((resolve, reject) => {
      this.socket = connect(this.port, '127.0.0.1', resolve);
      this.socket.setNoDelay(true);
      this.socket.setEncoding('latin1');
      this.socket.on('error', reject);
      this.socket.on('data', (chunk) => { this.buffer += chunk; this.wake?.(); });
    });
  }

  close() { this.socket.destroy(); }

  /** { status, head, body } of one request; cookie is a whole header value. */
  async request(method, path, cookie, form = null) {
    this.socket.write(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${this.port}\r\nCookie: ${cookie}\r\n${
      form === null ? '' : `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${Buffer.byteLength(form)}\r\n`}\r\n${form ?? ''}`);
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end >= 0) {
        const head = this.buffer.slice(0, end);
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        if (this.buffer.length >= end + 4 + length) {
          const body = this.buffer.slice(end + 4, end + 4 + length);
          this.buffer = this.buffer.slice(end + 4 + length);
          return { status: Number(head.slice(9, 12)), head, body };
        }
      }
      await new Promise((resolve) => { this.wake = resolve; });
    }
  }
}
