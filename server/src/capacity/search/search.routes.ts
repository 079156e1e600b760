import type { Mount } from '#platform/http/mount.ts'
import { search } from './search.api.ts'
import { searchEverything } from './search.ts'

export function mountSearch(mount: Mount): void {
  mount(search, (work, { query }) => searchEverything(work, query))
}
