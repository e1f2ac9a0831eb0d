/** What `kubectl logs`, `exec`, `attach` and `port-forward` find at a kubelet that lets them in. */
import type { Check } from '../../src/model/path.ts';
import { atLeast } from '../../src/model/version.ts';
import { parseDuration } from '../../src/text/duration.ts';
import { bool, component, evidence, setting, text } from './access.ts';
import { inKubeletConfig, ofKubelet } from './kubelet.ts';
import { cis, github, kubernetesDocs, kubernetesSource, stig } from './references.ts';
import { notAssessed, pass, warn } from './result.ts';

const CONFIG_DOCS = kubernetesDocs('reference/config-api/kubelet-config.v1beta1/');

/** Source: kubernetes/pkg/kubelet/server/server.go (NewServer, InstallDebuggingDisabledHandlers). */
export const debuggingHandlers: Check = {
  id: 'kubelet-debugging-handlers',
  title: 'The kubelet answers what kubectl logs, exec, attach and port-forward ask',
  severity: 'low',
  impact: 'availability',
  versions: 'all; unset means true',
  remediation: inKubeletConfig('enableDebuggingHandlers: true'),
  references: [CONFIG_DOCS, kubernetesSource('pkg/kubelet/server/server.go')],
  notApplicable: ({ node }) => {
    const kubelet = component(node, 'kubelet');
    return kubelet !== undefined && bool(kubelet, 'enable-server') === false
      ? 'The kubelet serves nothing; see kubelet-listens-for-apiserver.'
      : undefined;
  },
  ...ofKubelet(['enable-debugging-handlers'], (kubelet) => {
    const shown = [evidence(kubelet, 'enable-debugging-handlers')];
    const { label } = setting(kubelet, 'enable-debugging-handlers');
    return bool(kubelet, 'enable-debugging-handlers') === false
      ? warn(
          `${label} is false: the kubelet answers \`kubectl logs\`, \`exec\`, \`attach\` and \`port-forward\` with 405 Method Not Allowed, whoever asks.`,
          shown,
          { headline: 'no logs and exec from this node' },
        )
      : pass('The kubelet answers requests for logs, exec, attach and port-forward.', shown);
  }),
};

/**
 * Read by dockershim alone, which went with 1.24; elsewhere the container runtime decides. In a config file zero stands
 * for the default. Sources: kubernetes v1.20.0 pkg/kubelet/kubelet.go (getStreamingConfig), v1.28.0 the same without a
 * reader of the field; pkg/kubelet/apis/config/v1beta1/defaults.go.
 */
export const streamingIdleTimeout: Check = {
  id: 'kubelet-streaming-idle-timeout',
  title: 'Idle streams of exec and port-forward end at some time',
  severity: 'low',
  impact: 'security',
  hygiene: true,
  versions: 'up to 1.23, with Docker; without effect from 1.24 on; unset means 4h, as 0 does in a config file',
  remediation:
    'Remove --streaming-connection-idle-timeout=0 from /var/lib/kubelet/kubeadm-flags.env, /etc/default/kubelet or the unit of the kubelet and `systemctl restart kubelet`; with containerd set `stream_idle_timeout` in /etc/containerd/config.toml, with CRI-O `stream_idle_timeout` in /etc/crio/crio.conf.',
  references: [
    cis('4.2.5'),
    stig('CNTR-K8-001300'),
    github('kubernetes/kubernetes#131992'),
    kubernetesSource('pkg/kubelet/apis/config/v1beta1/defaults.go'),
  ],
  ...ofKubelet(['streaming-connection-idle-timeout'], (kubelet) => {
    const shown = [evidence(kubelet, 'streaming-connection-idle-timeout')];
    const written = text(kubelet, 'streaming-connection-idle-timeout');
    const duration = parseDuration(written);
    if (!duration.ok || duration.milliseconds > 0) return pass(`Idle streams end after ${written}.`, shown);
    const { version } = kubelet;
    if (version === undefined) return notAssessed('The version of the kubelet is not known.', shown);
    return atLeast(version, '1.24')
      ? pass(
          'The timeout is 0, which nothing reads from 1.24 on: the container runtime decides when an idle stream ends.',
          shown,
        )
      : warn(
          'The timeout is 0: where Docker runs the containers, an exec or port-forward that nobody uses stays open.',
          shown,
          {
            headline: 'idle streams stay open',
          },
        );
  }),
};
