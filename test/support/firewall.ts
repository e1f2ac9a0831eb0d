/** The real programs that load rule sets, where the machine has them and lets them look. */
import { spawnSync } from 'node:child_process';

/** Whether a program takes a text on standard input with these arguments. */
export function takes(program: string, args: readonly string[], text: string): { ok: boolean; message: string } {
  const run = spawnSync(program, args, { input: text, encoding: 'utf8', timeout: 20_000 });
  return { ok: run.status === 0, message: run.error?.message ?? run.stderr };
}

/** Why a program cannot be asked here; undefined where it can. */
function missing(program: string, args: readonly string[], smallest: string): string | undefined {
  const { ok, message } = takes(program, args, smallest);
  return ok ? undefined : (message.split('\n', 1)[0] ?? 'it fails');
}

export const NFT_ARGS = ['-c', '-f', '-'] as const;
export const IPTABLES_ARGS = ['--test', '--noflush'] as const;

const EMPTY_FILTER = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';

export const NO_NFT = missing('nft', NFT_ARGS, 'table inet kubetls_test\n');
export const NO_IPTABLES = missing('iptables-restore', IPTABLES_ARGS, EMPTY_FILTER);
export const NO_IP6TABLES = missing('ip6tables-restore', IPTABLES_ARGS, EMPTY_FILTER);
