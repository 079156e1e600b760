// STUB
export const NewUnitPanel = () => null
// STUB
export const UnitPanel = () => null
