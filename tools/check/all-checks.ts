import type { Check } from './check.ts';
import { findBreaks } from './compatibility/find-breaks.ts';
import { findBiomeErrors } from './programs/biome.ts';
import { findDeadCode } from './programs/dead-code.ts';
import { findStaleFiles } from './programs/generated.ts';
import { typeChecks } from './programs/types.ts';
import { findFailingUnitTests } from './programs/unit-tests.ts';
import { findCrossedWalls } from './programs/walls.ts';
import { findLockedAddresses, findUnexplainedDependencies } from './rules/dependencies.ts';
import { findEnvironmentReads } from './rules/environment.ts';
import { findEventFaults } from './rules/events.ts';
import { findFeatureMismatches } from './rules/features.ts';
import { findEmptyNames } from './rules/names.ts';
import { findUnreached } from './rules/reach.ts';
import { findFullFolders, findLongFiles } from './rules/sizes.ts';
import { findUnknownCommands } from './rules/told-commands.ts';
import {
  findInputOutput,
  findMachineTraces,
  findSwitchedOffTests,
  findTimedTests,
  findUncheckedCertificates,
  findUnfinishedWork,
} from './rules/words.ts';

/** Everything that `npm run check` looks at. The slow ones come first, so that the quick ones fill the gaps. */
export function allChecks(root: string, { withUnitTests }: { withUnitTests: boolean }): Check[] {
  return [
    { name: 'format and lint', find: findBiomeErrors },
    { name: 'walls between parts', find: findCrossedWalls },
    { name: 'dead code', find: (tree) => findDeadCode(tree) },
    ...typeChecks(root),
    ...(withUnitTests ? [{ name: 'unit tests', find: findFailingUnitTests }] : []),
    { name: 'generated files', find: findStaleFiles },
    { name: 'compatible contracts', find: findBreaks },
    { name: 'length of files', find: findLongFiles },
    { name: 'entries in folders', find: findFullFolders },
    { name: 'empty names', find: findEmptyNames },
    { name: 'certificate checks', find: findUncheckedCertificates },
    { name: 'reads of the environment', find: findEnvironmentReads },
    { name: 'packages without I/O', find: findInputOutput },
    { name: 'unfinished work', find: findUnfinishedWork },
    { name: 'switched-off tests', find: findSwitchedOffTests },
    { name: 'timed tests', find: findTimedTests },
    { name: 'traces of a machine', find: findMachineTraces },
    { name: 'lock file', find: findLockedAddresses },
    { name: 'dependencies', find: findUnexplainedDependencies },
    { name: 'features', find: findFeatureMismatches },
    { name: 'events', find: findEventFaults },
    { name: 'reach of the command line', find: findUnreached },
    { name: 'commands that people are told', find: findUnknownCommands },
  ];
}
