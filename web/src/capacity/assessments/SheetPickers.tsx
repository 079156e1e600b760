import { Select } from '@mantine/core'
import type { HalfYear } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/assessments/Sheet.module.css'
import { roleLabel } from '#capacity/frameworks/role-label.ts'
import { useHalfYearChoices } from '#capacity/assessments/use-half-year-choices.ts'
import type { FrameworkRoles, SheetChoices } from '#capacity/assessments/use-sheet-key.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { filterWithoutAccents } from '#ui/filter-without-accents.ts'

export function HalfYearPicker({
  halfYears,
  value,
  onPick,
}: {
  halfYears: readonly HalfYear[]
  value: string | undefined
  onPick: (id: string) => void
}) {
  const { t } = useTranslation('assessments')
  return (
    <Select
      label={t('halfYear')}
      data={useHalfYearChoices(halfYears)}
      value={value ?? null}
      onChange={id => id && onPick(id)}
      allowDeselect={false}
      className={classes.halfYear ?? ''}
    />
  )
}

/** One of all roles, under the frameworks that define them; found by code or name, with and without accents. */
function RolePicker({
  frameworks,
  value,
  onPick,
}: {
  frameworks: readonly FrameworkRoles[]
  value: string | undefined
  onPick: (id: string) => void
}) {
  const { t } = useTranslation('assessments')
  const translated = useTranslated()
  return (
    <Select
      label={t('role')}
      placeholder={t('chooseRole')}
      data={frameworks.map(({ framework, roles }) => ({
        group: `${translated(framework.title)}, ${framework.version}`,
        items: roles.map(role => ({ value: role.id, label: roleLabel(translated(role.name), role.code) })),
      }))}
      value={value ?? null}
      onChange={id => id && onPick(id)}
      allowDeselect={false}
      searchable
      nothingFoundMessage={t('noRoleFound')}
      maxDropdownHeight={360}
      className={classes.role ?? ''}
      filter={filterWithoutAccents}
    />
  )
}

interface SheetPickersProps {
  choices: SheetChoices
  onPick: (picked: { halfYear?: string; role?: string }) => void
}

/** Which half-year, which role. */
export function SheetPickers({ choices, onPick }: SheetPickersProps) {
  // Where the person may not be seen there is nothing to pick.
  if (choices.error) return null
  return (
    <div className={classes.pickers}>
      <HalfYearPicker halfYears={choices.halfYears} value={choices.halfYearId} onPick={halfYear => onPick({ halfYear })} />
      <RolePicker frameworks={choices.frameworks} value={choices.roleId} onPick={role => onPick({ role })} />
    </div>
  )
}
