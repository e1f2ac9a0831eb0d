// What a run costs, in ratios to what everybody can measure: a bare Node process, and asking openssl for the end of
// every certificate, one process each, as `kubeadm certs check-expiration` by hand would be. Run `npm run bench [N]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'kubetls.cjs');
const archive = join(root, 'fixtures', 'clusters', 'kubeadm-v136-default.tar.gz');
const runs = Number(process.argv[2] ?? 21);
if (!Number.isInteger(runs) || runs < 1) throw new Error('npm run bench [RUNS]: a whole number from 1');

// A process tells its own peak only from inside (process.resourceUsage), so each run prints it as it ends.
const peakAtExit = `data:text/javascript,${encodeURIComponent(
  "import fs from 'node:fs'; process.on('exit', () => fs.writeSync(3, String(process.resourceUsage().maxRSS)));",
)}`;

const candidates = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'kubetls --version', args: [program, '--version'] },
  { name: 'kubetls check', args: [program, 'check', archive, '--at', '2026-11-21T12:00:00Z'] },
  { name: 'kubetls check -o json', args: [program, 'check', archive, '--at', '2026-11-21T12:00:00Z', '-o', 'json'] },
].map((candidate) => ({ ...candidate, times: [], run: () => node(candidate.args), peak: peakOf(candidate.args) }));

const folder = mkdtempSync(join(tmpdir(), 'kubetls-bench-'));
try {
  const certificates = certificatesIn(archive).map((pem, index) => {
    const file = join(folder, `${index}.crt`);
    writeFileSync(file, pem);
    return file;
  });
  if (spawnSync('openssl', ['version']).status === 0) {
    const all = () => {
      for (const file of certificates) mustRun('openssl', ['x509', '-noout', '-enddate', '-in', file]);
    };
    candidates.push({
      name: `openssl x509 -enddate, ${certificates.length} times`,
      times: [],
      run: all,
      peak: undefined,
    });
  } else {
    console.log('skipped: the comparison with openssl, which is not installed');
  }
  // Taking turns spreads whatever else the machine does over all of them.
  for (let round = 0; round < runs; round++) {
    for (const candidate of candidates) {
      const started = process.hrtime.bigint();
      candidate.run();
      candidate.times.push(Number(process.hrtime.bigint() - started) / 1e6);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

const [bare] = candidates;
const nameWidth = Math.max(...candidates.map(({ name }) => name.length));
console.log(`${`median of ${runs} runs`.padEnd(nameWidth)}      time   x node    memory   x node`);
for (const { name, times, peak } of candidates) {
  const time = median(times);
  const memory =
    peak === undefined
      ? '        -        -'
      : `${`${Math.round(peak / 1024)} MiB`.padStart(9)} ${(peak / bare.peak).toFixed(2).padStart(8)}`;
  console.log(
    `${name.padEnd(nameWidth)} ${`${Math.round(time)} ms`.padStart(9)} ${(time / median(bare.times)).toFixed(2).padStart(8)} ${memory}`,
  );
}

function node(args) {
  // The exit status of a check is its verdict; 3 means that it did not do what is measured here.
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status === null || status > 2) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
}

function peakOf(args) {
  const { output } = spawnSync(process.execPath, ['--import', peakAtExit, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  return Number(output[3]);
}

function mustRun(name, args) {
  const { status, stderr } = spawnSync(name, args);
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr}`);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The first certificate of every file that has one, and of every kubeconfig, as PEM. */
function certificatesIn(file) {
  const tar = gunzipSync(readFileSync(file));
  const found = [];
  // ustar: a header of 512 bytes, its size in octal at 124, the content padded to 512.
  for (let offset = 0; offset + 512 <= tar.length;) {
    const size = parseInt(tar.toString('latin1', offset + 124, offset + 136), 8) || 0;
    const text = tar.toString('latin1', offset + 512, offset + 512 + size);
    const embedded = /client-certificate-data: ([\w+/=]+)/.exec(text)?.[1];
    const pem = embedded === undefined ? text : Buffer.from(embedded, 'base64').toString('latin1');
    const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0];
    if (certificate !== undefined) found.push(`${certificate}\n`);
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}
