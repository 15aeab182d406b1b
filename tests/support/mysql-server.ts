/** A database server that lets one in as Aurora does, or misbehaves as told. Signed in, it answers any SELECT with the user's name. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext, TLSSocket } from 'node:tls';
import {
  Conversation,
  GOODBYE,
  OK,
  TLS_CAPABILITY,
  authSwitch,
  greeting,
  nativeProof,
  readResponse,
  refusal,
  row,
} from './mysql-packets';

export interface Behaviour {
  /** PEM; without it, the server knows no TLS. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** Takes a password that was sent as it is. @returns why it does not let the user in. */
  readonly judgeCleartext?: ((user: string, password: string) => string | undefined) | undefined;
  /** Without `judgeCleartext`: the password that lets anybody in. */
  readonly password?: string;
  /** Questions that it answers in a session before it says goodbye. */
  readonly questions?: number;
  /** Milliseconds until it says its first word, as while it resumes. */
  readonly pauseMs?: number;
}

export interface MysqlServer {
  readonly port: number;
  /** Changed between connections. */
  behaviour: Behaviour;
  /** Every password that came over as it is, in order, and whether encrypted. */
  readonly seen: { readonly password: string; readonly encrypted: boolean }[];
  /** Connections that were made to it. */
  connections(): number;
  /** Whatever came over before encryption began, if it did. */
  plaintext(): string;
  close(): Promise<void>;
}

const SSL_REQUEST_BYTES = 32;

export async function startMysqlServer(behaviour: Behaviour = {}): Promise<MysqlServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let plaintext = '';
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    void serve(socket);
  });

  async function serve(plain: Socket): Promise<void> {
    const { behaviour: now } = self;
    await delay(now.pauseMs ?? 0, undefined, { ref: false });
    let socket = plain;
    let talk = new Conversation(socket);
    talk.send(greeting(now.certificate !== undefined));
    let response = await talk.receive();
    plaintext += response?.toString('latin1') ?? '';
    if (response?.length === SSL_REQUEST_BYTES && (response.readUInt32LE(0) & TLS_CAPABILITY) !== 0) {
      socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(now.certificate) });
      socket.on('error', () => plain.destroy()); // a client that does not trust us hangs up
      talk = talk.over(socket);
      response = await talk.receive();
    }
    if (response === undefined) return;
    const { user, proof } = readResponse(response);
    const refused = now.judgeCleartext
      ? await judgeCleartext(talk, user, socket instanceof TLSSocket, now.judgeCleartext)
      : proof.equals(nativeProof(now.password ?? ''))
        ? undefined
        : 'password';
    if (refused === undefined) {
      talk.send(OK);
      await answer(talk, user, now.questions ?? Infinity);
    } else talk.send(refusal(`Access denied for user '${user}' (${refused})`));
    socket.end();
  }

  async function judgeCleartext(
    talk: Conversation,
    user: string,
    encrypted: boolean,
    judge: NonNullable<Behaviour['judgeCleartext']>,
  ): Promise<string | undefined> {
    talk.send(authSwitch('mysql_clear_password'));
    const packet = await talk.receive();
    if (packet === undefined) return 'nothing came';
    const password = packet.toString('utf8', 0, packet.length - 1);
    self.seen.push({ password, encrypted });
    return judge(user, password);
  }

  const self: MysqlServer = {
    port: 0,
    behaviour,
    seen: [],
    connections: () => connections,
    plaintext: () => plaintext,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(self, { port: (server.address() as AddressInfo).port });
}

/** COM_QUERY, COM_QUIT. */
async function answer(talk: Conversation, user: string, questions: number): Promise<void> {
  let answered = 0;
  for (let command = await talk.receive(); command?.[0] === 3; command = await talk.receive()) {
    const isQuestion = command.toString('utf8', 1).startsWith('SELECT');
    if (isQuestion && (answered += 1) > questions) {
      talk.send(GOODBYE);
      return;
    }
    talk.send(...(isQuestion ? row('user', user) : [OK]));
  }
}
