/** Whether and where the scheduler and the controller managers serve HTTPS. */
import type { Component } from '../../src/model/component.ts';
import type { Check, CheckContext } from '../../src/model/path.ts';
import { isLoopback } from '../../src/config/url.ts';
import { number, requireComponent, text } from './access.ts';
import type { ControlPlaneComponent } from './control-plane.ts';

/** --secure-port=0 switches the listener off; it is not an error for these two (apiserver options/serving.go). */
export function servesHTTPS(server: Component): boolean {
  return number(server, 'secure-port') !== 0;
}

/** Whether other machines reach the listener. */
export function offHost(server: Component): boolean {
  return !isLoopback(text(server, 'bind-address'));
}

/** A value that pflag refuses: the process stops at it (`<prefix>-removed-flags` says so), so nothing listens. */
export function addressRefused(server: Component): boolean {
  return server.notices.some(
    ({ code, subject }) => code === 'invalid-value' && /^-{1,2}bind[-_]address$/.test(subject),
  );
}

/** Asks only while there is an HTTPS listener to ask about. */
export function ofListener(
  own: ControlPlaneComponent,
  judge: (server: Component, context: CheckContext) => ReturnType<Check['evaluate']>,
): Pick<Check, 'notApplicable' | 'evaluate'> {
  return {
    notApplicable: ({ node }) => {
      const server = requireComponent(node, own.name);
      if (!servesHTTPS(server)) return '--secure-port=0: nothing is served over HTTPS.';
      return addressRefused(server) ? `--bind-address is no IP address: ${own.name} does not start.` : undefined;
    },
    evaluate: (context) => judge(requireComponent(context.node, own.name), context),
  };
}
