import type { Work } from '#platform/database/work.ts'
import { writeTableFile } from '#platform/exports/table-file.ts'
import type { TableCell, TableFormat } from '#platform/exports/table-file.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { notFound } from '#platform/http/problem.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { languages, textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { FrameworkElement } from './frameworks.api.ts'
import { listIdentities, loadRelatedElements, loadRoles } from './frameworks.store.ts'
import type { FoundRole, FrameworkIdentity, RelatedElement } from './frameworks.store.ts'
import type { ComparedNeed, ComparedTask, RoleComparison } from './role-comparison.api.ts'

// Two roles side by side, of one framework, of two versions of it, or of two frameworks.

interface Roles {
  leftId: string
  rightId: string
}

export async function compareRoles(work: Work, { leftId, rightId }: Roles): Promise<RoleComparison> {
  const found = await loadRoles(work, [leftId, rightId])
  const left = found.find(({ role }) => role.id === leftId)
  const right = found.find(({ role }) => role.id === rightId)
  if (!left || !right) throw notFound('role')
  const related = await loadRelatedElements(work, [leftId, rightId])
  const identities = await listIdentities(work)
  const identityOf = ({ framework }: FoundRole): Identity => identities.find(({ id }) => id === framework.id)!
  const matchedBy = howToMatch(identityOf(left), identityOf(right))
  const pair = (kind: RelatedElement['kind']) => {
    const of = related.filter(one => one.kind === kind)
    return pairUp(
      of.filter(({ roleId }) => roleId === leftId),
      of.filter(({ roleId }) => roleId === rightId),
      matchedBy,
    )
  }
  return {
    left: asCompared(left, identityOf(left)),
    right: asCompared(right, identityOf(right)),
    matchedBy,
    needs: pair('needs').map(([one, other]): ComparedNeed => ({ left: one && needOf(one), right: other && needOf(other) })),
    tasks: pair('performs').map(([one, other]): ComparedTask => ({
      left: one && partOf(one.element),
      right: other && partOf(other.element),
    })),
  }
}

type Identity = FrameworkIdentity & { id: string }

function howToMatch(left: Identity, right: Identity): RoleComparison['matchedBy'] {
  if (left.id === right.id) return 'element'
  return left.publisher === right.publisher && left.key === right.key ? 'code' : 'words'
}

const plain = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s.]+/g, ' ')
    .trim()

/** What an element is recognised by in the other role: one key, or one for each language that it is written in. */
function keysOf({ id, kind, code, name, text }: FrameworkElement, matchedBy: RoleComparison['matchedBy']): string[] {
  if (matchedBy === 'element') return [id]
  if (matchedBy === 'code') return [`${kind}\n${code}`]
  const words = languages.some(language => name[language]) ? name : text
  return languages.filter(language => words[language]).map(language => `${kind}\n${language}\n${plain(words[language])}`)
}

function pairUp(
  left: readonly RelatedElement[],
  right: readonly RelatedElement[],
  matchedBy: RoleComparison['matchedBy'],
): [RelatedElement | null, RelatedElement | null][] {
  const byKey = new Map<string, RelatedElement>()
  for (const other of right) for (const key of keysOf(other.element, matchedBy)) if (!byKey.has(key)) byKey.set(key, other)
  const both: [RelatedElement, RelatedElement][] = []
  const onlyLeft: [RelatedElement, null][] = []
  const paired = new Set<RelatedElement>()
  for (const one of left) {
    const other = keysOf(one.element, matchedBy)
      .map(key => byKey.get(key))
      .find(candidate => candidate && !paired.has(candidate))
    if (other) {
      paired.add(other)
      both.push([one, other])
    } else onlyLeft.push([one, null])
  }
  return [...both, ...onlyLeft, ...right.filter(other => !paired.has(other)).map((other): [null, RelatedElement] => [null, other])]
}

const partOf = ({ id, kind, code, name, text }: FrameworkElement) => ({ id, kind, code, name, text })
const needOf = ({ element, importance, needLevel }: RelatedElement) => ({ element: partOf(element), importance, level: needLevel ?? 0 })
const asCompared = ({ framework: { id, title, levels }, role }: FoundRole, { version }: Identity) => ({
  framework: { id, title, version, levels },
  role,
})

/** The same as a table: a row for each thing that one of the two needs or does. */
export async function getRoleComparisonFile(
  work: Work,
  query: Roles & { format: TableFormat; language: Language },
): Promise<() => Promise<Download>> {
  const { left, right, needs, tasks } = await compareRoles(work, query)
  const t = textsIn(query.language)
  const say = (text: FrameworkElement['name']): string => textIn(text, query.language).text
  const words = ({ name, text }: Pick<FrameworkElement, 'name' | 'text'>): string => say(name) || say(text)
  const roles = { left: say(left.role.name) || left.role.code, right: say(right.role.name) || right.role.code }
  const rowOf = (
    one: { element: ComparedTask['left']; importance?: string; level?: number } | null,
    other: { element: ComparedTask['left']; importance?: string; level?: number } | null,
  ): TableCell[] => {
    const element = (one ?? other)!.element!
    const who = one && other ? t('frameworks:comparison.both') : t('frameworks:comparison.only', { role: one ? roles.left : roles.right })
    const sides = [one, other].flatMap(side => [
      side?.importance ? t(`frameworks:comparison.importance.${side.importance as 'required'}`) : null,
      side?.level ?? null,
    ])
    return [element.code, words(element), t(`frameworks:comparison.kind.${element.kind as 'task'}`), who, ...sides]
  }
  const table = {
    name: t('frameworks:comparison.file', { left: left.role.code, right: right.role.code }),
    sheet: t('frameworks:comparison.sheet'),
    headings: [
      t('frameworks:comparison.code'),
      t('frameworks:comparison.words'),
      t('frameworks:comparison.kindHeading'),
      t('frameworks:comparison.who'),
      ...[roles.left, roles.right].flatMap(role => [
        t('frameworks:comparison.importanceOf', { role }),
        t('frameworks:comparison.levelOf', { role }),
      ]),
    ],
    rows: [
      ...needs.map(need => rowOf(need.left, need.right)),
      ...tasks.map(task => rowOf(task.left && { element: task.left }, task.right && { element: task.right })),
    ],
  }
  return () => writeTableFile(table, query.format)
}
