#include "mapping/plan_completion.h"

namespace crmsync::mapping {
namespace {

void want_all(const expression::InputTable& table, json::Shape& shape) {
  for (std::uint32_t slot = 0; slot < table.paths().size(); ++slot) shape.want(table.paths()[slot], slot);
}

}  // namespace

void begin_entry(PlannedEntry& entry, const Entry& config, std::uint32_t index) {
  entry.config = &config;
  entry.index = index;
  entry.derived = config.kind != EntryKind::direct;
  entry.suppression = config.local_type == Type::suppression || config.crm_type == Type::suppression;
  entry.values = ValueMap(config.to_crm.value_map.value_or(config.value_map),
                          config.from_crm.value_map.value_or(config.value_map));
  entry.compared_type = config.local_type != Type::any ? config.local_type : config.crm_type;
}

void shape_records(Plan& plan) {
  want_all(plan.local, plan.local_shape);
  want_all(plan.crm, plan.crm_shape);
}

}  // namespace crmsync::mapping
