import { expect, test } from 'vitest';
import { gateEnabled, gateFaults } from '../../src/config/feature-gates.ts';

const GATE = 'AnonymousAuthConfigurableEndpoints';

test.each([
  [30, {}, undefined],
  [31, {}, false],
  [31, { [GATE]: 'true' }, true],
  [31, { [`kube:${GATE}`]: '1' }, true],
  [31, { AllAlpha: 'true' }, true],
  [31, { AllAlpha: 'true', [GATE]: 'false' }, false],
  [31, { AllBeta: 'true' }, false],
  [32, {}, true],
  [32, { AllBeta: 'false' }, false],
  [32, { [GATE]: 'F' }, false],
  [32, { [GATE]: 'maybe' }, undefined],
  [34, { [GATE]: 'false' }, true],
  [37, {}, undefined],
])('in 1.%i with %j the gate is %s', (minor, written, on) => {
  expect(gateEnabled(GATE, { major: 1, minor }, written)).toBe(on);
});

test.each([
  [36, { [GATE]: 'false' }, ['AnonymousAuthConfigurableEndpoints is false, and Kubernetes 1.36 has locked it to true']],
  [36, { [GATE]: 'true' }, []],
  [33, { [GATE]: 'false' }, []],
  [37, { [GATE]: 'true' }, ['Kubernetes 1.37 does not have the feature gate AnonymousAuthConfigurableEndpoints']],
  [30, { [GATE]: 'true' }, ['Kubernetes 1.30 does not have the feature gate AnonymousAuthConfigurableEndpoints']],
  [36, { Foo: 'true' }, []],
  [36, { Foo: 'yes' }, ['Foo is "yes", which is neither true nor false']],
  [36, { AllAlpha: 'true', AllBeta: 'false' }, []],
])('in 1.%i the faults of %j', (minor, written, faults) => {
  expect(gateFaults(written, { major: 1, minor })).toEqual(faults);
});
