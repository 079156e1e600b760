import { Button, Menu } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

const densities = ['comfortable', 'compact'] as const
type Density = (typeof densities)[number]

interface ViewColumn {
  id: string
  header: string
  isExtra?: boolean
}

/** Columns and row height that a reader chose for one list, kept on the device. */
export function useListView(name: string, columns: readonly ViewColumn[]) {
  const key = `luytre.list.${name}`
  const [kept, setKept] = useState<{ density?: 'compact'; columns?: Record<string, boolean> }>(
    () => JSON.parse(localStorage.getItem(key) ?? '{}') as object,
  )
  const keep = (next: typeof kept): void => {
    localStorage.setItem(key, JSON.stringify(next))
    setKept(next)
  }
  const visibility = Object.fromEntries(columns.map(column => [column.id, kept.columns?.[column.id] ?? !column.isExtra]))
  return {
    density: kept.density ?? 'comfortable',
    visibility,
    toggleColumn: (id: string) => keep({ ...kept, columns: { ...kept.columns, [id]: !visibility[id] } }),
    setDensity: (density: Density) => keep({ ...(kept.columns && { columns: kept.columns }), ...(density === 'compact' && { density }) }),
  }
}

export function ListView({ view, columns }: { view: ReturnType<typeof useListView>; columns: readonly ViewColumn[] }) {
  const { t } = useTranslation()
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}>
          {t('list.view')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('list.density')}</Menu.Label>
        <Menu.RadioGroup value={view.density} onChange={density => view.setDensity(density as Density)}>
          {densities.map(density => (
            <Menu.RadioItem key={density} value={density}>
              {t(`list.${density}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t('list.columns')}</Menu.Label>
        {columns.slice(1).map(column => (
          <Menu.CheckboxItem key={column.id} checked={view.visibility[column.id] ?? false} onChange={() => view.toggleColumn(column.id)}>
            {column.header}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
