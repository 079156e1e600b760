import { backupCommand, restoreCommand } from './backup.ts'
import type { Command } from './command.ts'
import { demoReset } from './demo.ts'
import { doctor } from './doctor.ts'
import { importFramework, importRoster } from './import.ts'
import { ledgerExport, ledgerVerify } from './ledger.ts'
import { migrateCommand } from './migrate.ts'
import { serveCommand } from './serve.ts'
import { createAdmin } from './user.ts'

/** Every command, in the order of `luytre --help`. docs/reference/command-line.md is generated from it. */
export const commands: readonly Command[] = [
  serveCommand,
  migrateCommand,
  importFramework,
  importRoster,
  createAdmin,
  ledgerVerify,
  ledgerExport,
  backupCommand,
  restoreCommand,
  demoReset,
  doctor,
]
