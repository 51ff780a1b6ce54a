import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@muster/e2e';
import { findProgram } from '@muster/lab';
import { endsWith } from '../ending.ts';

/** Another agent that runs beside ours, asked for its figures as its own server would do it. */
export type Peer = {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  /** Throws when it has ended. */
  demandAlive(): void;
  stop(): Promise<void>;
};

/** Prometheus asks this often by default in Debian's configuration. */
const SCRAPE_EVERY_MS = 15_000;

/** Starts those of Debian's `prometheus-node-exporter` and `zabbix-agent2` that are installed. */
export async function startPeers(folder: string): Promise<Peer[]> {
  const peers: Peer[] = [];
  const exporter = findProgram('prometheus-node-exporter');
  if (exporter) {
    const port = await freePort();
    const peer = startPeer('prometheus-node-exporter', [exporter, `--web.listen-address=127.0.0.1:${port}`]);
    const scrape = () => fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    const timer = setInterval(() => void scrape().catch(() => undefined), SCRAPE_EVERY_MS);
    peers.push({
      ...peer,
      stop: () => {
        clearInterval(timer);
        return peer.stop();
      },
    });
  }
  const zabbix = findProgram('zabbix_agent2');
  if (zabbix) {
    const file = join(folder, 'zabbix.conf');
    const lines = ['LogType=console', 'Server=127.0.0.1', 'ListenIP=127.0.0.1', 'Hostname=bench'];
    lines.push(`ListenPort=${await zabbixPort()}`, `ControlSocket=${join(folder, 'zabbix.sock')}`);
    // Two of them at once would share these otherwise, and one would end.
    lines.push(
      `PidFile=${join(folder, 'zabbix.pid')}`,
      `PluginSocket=${join(folder, 'zabbix-plugins.sock')}`,
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    peers.push(startPeer('zabbix-agent2', [zabbix, '-f', '-c', file]));
  }
  return peers;
}

/** It refuses ports above 32767, where the system's free ones begin. */
async function zabbixPort(): Promise<number> {
  return 10_000 + ((await freePort()) % 20_000);
}

function startPeer(name: string, cmd: string[]): Peer {
  const { stdout } = Bun.spawnSync(['dpkg-query', '--show', name]);
  const child = Bun.spawn({ cmd, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  return {
    name,
    version: stdout.toString().trim().replace('\t', ' '),
    pid: child.pid,
    demandAlive: () => {
      const { exitCode, signalCode } = child;
      if (exitCode !== null || signalCode !== null)
        throw new Error(`${name} ended with ${signalCode ?? `exit code ${exitCode}`}`);
    },
    stop: endsWith(async () => {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await child.exited;
      clearTimeout(limit);
    }),
  };
}
