/**
 * Metrics for the textfile collector of the node exporter: text format 0.0.4 without times, which that collector
 * refuses. Names and labels are an interface: docs/alerting.md lists them.
 */
import { PATH_IDS } from '../model/path.ts';
import { isAlarm } from '../model/report.ts';
import type { Report, ReportCertificate } from '../model/report.ts';
import { STATUS_ORDER } from '../model/status.ts';
import { sanitise } from '../text/sanitise.ts';
import { byKeys } from './order.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** One metric with its samples; none where there is nothing to say. */
export function metric(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
  // Two samples with the same labels would make the collector drop the file.
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...new Set(lines), ''].join('\n');
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(value: string): string {
  return sanitise(value, 1024).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}

/** Seconds since 1970 of an RFC 3339 time. */
function seconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** Rows as a state set, findings by verdict, certificates with their dates. */
export function renderPrometheus(report: Report): string {
  const rows = report.paths.toSorted(byKeys((path) => [path.node, PATH_IDS.indexOf(path.id)]));
  const certificates = certificatesOf(report);
  return [
    metric('kubetls_build_info', 'Version of the tool that wrote this.', [
      { labels: { version: report.tool.version }, value: 1 },
    ]),
    metric('kubetls_evaluated_timestamp_seconds', 'The moment that everything was judged for, in Unix time.', [
      { labels: {}, value: seconds(report.evaluatedAt) },
    ]),
    metric(
      'kubetls_path_status',
      'Verdict of a communication path: 1 for the status that it has.',
      rows.flatMap(({ node, id, status }) =>
        STATUS_ORDER.map((one) => ({ labels: { node, path: id, status: one }, value: one === status ? 1 : 0 })),
      ),
    ),
    metric(
      'kubetls_check_status',
      'Findings of a check at warn or fail on a path.',
      rows.flatMap(({ node, id, checks }) => {
        const found = new Map<string, { labels: Labels; value: number }>();
        for (const { id: check, status, severity, impact } of checks.filter(isAlarm)) {
          const labels = { node, path: id, check, status, severity, impact };
          const key = JSON.stringify(labels);
          found.set(key, { labels, value: (found.get(key)?.value ?? 0) + 1 });
        }
        return [...found.values()].toSorted(byKeys(({ labels }) => [labels.check ?? '', labels.status ?? '']));
      }),
    ),
    metric(
      'kubetls_path_first_expiry_timestamp_seconds',
      'When the first certificate of a path ends, CAs included, in Unix time.',
      rows.flatMap(({ node, id, firstExpiry }) =>
        firstExpiry === null
          ? []
          : [
              {
                labels: { node, path: id, file: firstExpiry.file, rotation: firstExpiry.rotation },
                value: seconds(firstExpiry.notAfter),
              },
            ],
      ),
    ),
    ...(['notBefore', 'notAfter'] as const).map((date) =>
      metric(
        `kubetls_cert_${date === 'notAfter' ? 'not_after' : 'not_before'}_timestamp_seconds`,
        `${date} of a certificate in use, in Unix time; rotation is manual where nothing renews it by itself.`,
        certificates.map((one) => ({ labels: labelsOf(one), value: seconds(one[date]) })),
      ),
    ),
    metric('kubetls_input_problems', 'Things that were in the input and could not be read or judged.', [
      { labels: {}, value: report.problems.filter(({ incomplete }) => incomplete).length },
    ]),
  ].join('');
}

function labelsOf({ node, file, role, subject, issuer, serialNumber, rotation }: ReportCertificate): Labels {
  return { node, file, role, subject, issuer, serial: serialNumber, rotation };
}

/** Those in use: what no path uses breaks nothing when it ends, and must not wake anybody. */
function certificatesOf(report: Report): readonly ReportCertificate[] {
  const used = report.certificates.filter(({ paths }) => paths.length > 0);
  return used.toSorted(byKeys(({ node, file, serialNumber }) => [node, file, serialNumber]));
}

/**
 * The two series of enix/x509-certificate-exporter that alerts are written for, for those who have such alerts and run
 * no such exporter: both at once would tell everything twice.
 */
export function renderX509Prometheus(report: Report): string {
  const certificates = certificatesOf(report);
  const samples = (value: (one: ReportCertificate) => number): readonly Sample[] =>
    certificates.map((one) => ({
      labels: {
        filename: one.file.split('/').at(-1) ?? '',
        filepath: one.file,
        issuer_CN: commonName(one.issuer),
        subject_CN: commonName(one.subject),
        serial_number: one.serialNumber,
        node: one.node,
      },
      value: value(one),
    }));
  const at = Date.parse(report.evaluatedAt);
  return [
    metric(
      'x509_cert_not_before',
      'notBefore of a certificate, in Unix time.',
      samples((one) => seconds(one.notBefore)),
    ),
    metric(
      'x509_cert_not_after',
      'notAfter of a certificate, in Unix time.',
      samples((one) => seconds(one.notAfter)),
    ),
    metric(
      'x509_cert_expired',
      '1 for a certificate that has ended.',
      samples((one) => Number(Date.parse(one.notAfter) < at)),
    ),
  ].join('');
}

/** The first CN of an RFC 4514 name, unescaped as far as labels need it. */
function commonName(name: string): string {
  return (/(?:^|,)CN=((?:\\.|[^,\\+])*)/.exec(name)?.[1] ?? '').replaceAll(/\\(.)/gs, '$1');
}
