/** MySQL's client/server protocol, as far as signing in and short answers need it: dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html */
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** What the server can do: protocol 4.1, databases, transactions, authentication plugins; and TLS. */
const CAPABILITIES = 0x1 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000;
export const TLS_CAPABILITY = 0x800;

/** Random in earnest. */
export const SCRAMBLE = Buffer.from('abcdefghijklmnopqrst');

const zeroEnded = (text: string): Buffer => Buffer.from(`${text}\0`);
const short = (value: number): Buffer => Buffer.from([value & 0xff, value >> 8]);
const counted = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]); // below 251

/** Begins a conversation. */
export function greeting(offersTls: boolean): Buffer {
  const flags = CAPABILITIES | (offersTls ? TLS_CAPABILITY : 0);
  return Buffer.concat([
    Buffer.from([10]),
    zeroEnded('8.0.39'),
    Buffer.from([1, 0, 0, 0]),
    SCRAMBLE.subarray(0, 8),
    Buffer.from([0]),
    short(flags & 0xffff),
    Buffer.from([45]),
    short(2),
    short(flags >>> 16),
    Buffer.from([SCRAMBLE.length + 1]),
    Buffer.alloc(10),
    SCRAMBLE.subarray(8),
    Buffer.from([0]),
    zeroEnded('mysql_native_password'),
  ]);
}

/** Asks for another proof than the one that came. */
export const authSwitch = (plugin: string): Buffer =>
  Buffer.concat([Buffer.from([0xfe]), zeroEnded(plugin), SCRAMBLE, Buffer.from([0])]);

export const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

const failure = (errno: number, state: string, message: string): Buffer =>
  Buffer.concat([Buffer.from([0xff]), short(errno), Buffer.from(`#${state}${message}`)]);

export const refusal = (message: string): Buffer => failure(1045, '28000', message);

/** What MySQL says from 8.0.24 on when it ends an idle session; a client that was frozen takes it for the answer to its next question. */
export const GOODBYE = failure(4031, 'HY000', 'The client was disconnected by the server because of inactivity.');

/** One row of one column of text, as a packet for each part. */
export function row(name: string, value: string): Buffer[] {
  const end = Buffer.from([0xfe, 0, 0, 2, 0]);
  const names = ['def', '', '', '', name, ''].map(counted);
  const type = Buffer.from([0x0c, 45, 0, 0, 1, 0, 0, 0xfd, 0, 0, 0, 0, 0]);
  return [Buffer.from([1]), Buffer.concat([...names, type]), end, counted(value), end];
}

/** Of a client's answer to the greeting: who signs in, and its first proof. */
export function readResponse(packet: Buffer): { user: string; proof: Buffer } {
  const userEnd = packet.indexOf(0, 32);
  const length = packet[userEnd + 1] ?? 0;
  const proof = packet.subarray(userEnd + 2, userEnd + 2 + length);
  return { user: packet.toString('utf8', 32, userEnd), proof };
}

const sha1 = (...data: Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(data)).digest();

/** What `mysql_native_password` proves knowledge of the password by. */
export function nativeProof(password: string): Uint8Array {
  const once = sha1(Buffer.from(password));
  const mask = sha1(SCRAMBLE, sha1(once));
  return once.map((byte, index) => byte ^ (mask[index] ?? 0));
}

/** One end of a conversation, packet by packet. */
export class Conversation {
  #sequence = 0;
  #received = Buffer.alloc(0);

  constructor(private readonly socket: Duplex) {}

  /** The same conversation, encrypted from here on. */
  over(socket: Duplex): Conversation {
    const next = new Conversation(socket);
    next.#sequence = this.#sequence;
    return next;
  }

  send(...packets: Buffer[]): void {
    for (const packet of packets) {
      const { length } = packet;
      const header = Buffer.from([length & 0xff, (length >> 8) & 0xff, length >> 16, this.#sequence]);
      this.socket.write(Buffer.concat([header, packet]));
      this.#sequence += 1;
    }
  }

  /** @returns the next packet; undefined at the end. What came after it is left to read. */
  async receive(): Promise<Buffer | undefined> {
    for (;;) {
      const end = 4 + (this.#received.length < 3 ? Infinity : this.#received.readUIntLE(0, 3));
      if (this.#received.length >= end) {
        const packet = this.#received.subarray(4, end);
        this.#sequence = (this.#received[3] ?? 0) + 1;
        if (this.#received.length > end) this.socket.unshift(this.#received.subarray(end));
        this.#received = Buffer.alloc(0);
        return packet;
      }
      const chunk = await nextChunk(this.socket);
      if (chunk === undefined) return undefined;
      this.#received = Buffer.concat([this.#received, chunk]);
    }
  }
}

function nextChunk(socket: Duplex): Promise<Buffer | undefined> {
  const chunk = socket.read() as Buffer | null;
  if (chunk !== null) return Promise.resolve(chunk);
  if (socket.destroyed || socket.readableEnded) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off('readable', go).off('close', go).off('end', go);
      const next = socket.read() as Buffer | null;
      if (next !== null || socket.destroyed || socket.readableEnded) resolve(next ?? undefined);
      else resolve(nextChunk(socket));
    };
    socket.on('readable', go).on('close', go).on('end', go);
  });
}
