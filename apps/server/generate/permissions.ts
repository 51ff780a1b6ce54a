import { permissionReference } from '../src/modules/access/domain/permission-table.ts';

// Prints docs/reference/permissions.gen.md.
process.stdout.write(permissionReference());
