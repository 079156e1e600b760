import type { Mount } from '#platform/http/mount.ts'
import { getReportingChain, searchElements } from './browse.ts'
import * as elementSearch from './element-search.api.ts'
import { applyFrameworkImport, importPack, listPacks, previewFramework, readFrameworkUpload } from './framework-imports.ts'
import type { FrameworkFile } from './framework-imports.ts'
import * as api from './frameworks.api.ts'
import { getFramework, getRole, listElements, listFrameworks, listRoles } from './frameworks.ts'
import * as reportingChain from './reporting-chain.api.ts'
import * as roleComparison from './role-comparison.api.ts'
import { compareRoles, getRoleComparisonFile } from './role-comparison.ts'

export function mountFrameworks(mount: Mount): void {
  mount(api.listFrameworks, async work => ({ frameworks: await listFrameworks(work) }))
  mount(api.getFramework, (work, { params }) => getFramework(work, params.frameworkId))
  mount(api.listElements, (work, { params, query }) => listElements(work, params.frameworkId, query))
  mount(api.getRole, (work, { params }) => getRole(work, params.frameworkId, params.roleId))
  mount(api.listRoles, (work, { query }) => listRoles(work, query))
  mount(
    api.previewFramework,
    (work, _args, file: FrameworkFile & { fileSha256: string }) => previewFramework(work, file),
    ({ upload }) => readFrameworkUpload(upload),
  )
  mount(api.applyFrameworkImport, (work, { params, ifMatch }) => applyFrameworkImport(work, params.previewId, ifMatch))
  mount(api.importPack, (work, { params }) => importPack(work, params.packKey))
  mount(api.listPacks, async work => ({ packs: await listPacks(work) }))
  mount(elementSearch.searchElements, (work, { query }) => searchElements(work, query))
  mount(reportingChain.getReportingChain, (work, { params }) => getReportingChain(work, params.frameworkId))
  mount(roleComparison.compareRoles, (work, { query }) => compareRoles(work, query))
  mount(roleComparison.getRoleComparisonFile, (work, { query }) => getRoleComparisonFile(work, query))
}
