#include "mapping/builtin_catalog.h"

namespace crmsync::mapping {
namespace {

constexpr bool read_only = false;

// What PenguinMails counts itself cannot be written by a CRM.
constexpr BuiltinField penguinmails[] = {
    {"email", Type::email},
    {"first_name", Type::string},
    {"last_name", Type::string},
    {"job_title", Type::string},
    {"phone", Type::phone},
    {"mobile", Type::phone},
    {"company", Type::string},
    {"source", Type::string},
    {"owner_email", Type::email},
    {"lifecycle_stage", Type::string},
    {"external_key", Type::id},
    {"address", Type::map},
    {"address.street", Type::string},
    {"address.city", Type::string},
    {"address.state", Type::string},
    {"address.postal_code", Type::string},
    {"address.country", Type::string},
    {"custom_fields", Type::map},
    {"unsubscribed", Type::suppression},
    {"id", Type::id, read_only},
    {"created_at", Type::datetime, read_only},
    {"updated_at", Type::datetime, read_only},
    {"lead_score", Type::number, read_only},
    {"opens", Type::number, read_only},
    {"clicks", Type::number, read_only},
    {"total_opens", Type::number, read_only},
    {"total_clicks", Type::number, read_only},
    {"engagements", Type::list, read_only},
};

// Default contact properties (developers.hubspot.com, "Default contact properties").
constexpr BuiltinField hubspot[] = {
    {"email", Type::email},
    {"firstname", Type::string},
    {"lastname", Type::string},
    {"jobtitle", Type::string},
    {"company", Type::string},
    {"salutation", Type::string},
    {"phone", Type::phone},
    {"mobilephone", Type::phone},
    {"fax", Type::phone},
    {"website", Type::url},
    {"address", Type::string},
    {"city", Type::string},
    {"state", Type::string},
    {"zip", Type::string},
    {"country", Type::string},
    {"lifecyclestage", Type::enumeration},
    {"hs_lead_status", Type::enumeration},
    {"hubspot_owner_id", Type::id},
    {"hs_email_optout", Type::suppression},
    {"hs_object_id", Type::id, read_only},
    {"createdate", Type::datetime, read_only},
    {"lastmodifieddate", Type::datetime, read_only},
    {"hs_email_bounce", Type::number, read_only},
    {"hs_email_hard_bounce_reason_enum", Type::enumeration, read_only},
    {"hs_email_domain", Type::string, read_only},
};

// Standard fields of Contact and Lead (Object Reference for the Salesforce Platform). Compound fields are read-only:
// their parts are written.
constexpr BuiltinField salesforce[] = {
    {"Email", Type::email},
    {"FirstName", Type::string},
    {"LastName", Type::string},
    {"Salutation", Type::enumeration},
    {"Title", Type::string},
    {"Department", Type::string},
    {"Company", Type::string},
    {"Description", Type::string},
    {"Phone", Type::phone},
    {"MobilePhone", Type::phone},
    {"HomePhone", Type::phone},
    {"OtherPhone", Type::phone},
    {"AssistantPhone", Type::phone},
    {"Fax", Type::phone},
    {"AssistantName", Type::string},
    {"Website", Type::url},
    {"MailingStreet", Type::string},
    {"MailingCity", Type::string},
    {"MailingState", Type::string},
    {"MailingPostalCode", Type::string},
    {"MailingCountry", Type::string},
    {"MailingStateCode", Type::enumeration},
    {"MailingCountryCode", Type::enumeration},
    {"OtherStreet", Type::string},
    {"OtherCity", Type::string},
    {"OtherState", Type::string},
    {"OtherPostalCode", Type::string},
    {"OtherCountry", Type::string},
    {"Street", Type::string},
    {"City", Type::string},
    {"State", Type::string},
    {"PostalCode", Type::string},
    {"Country", Type::string},
    {"LeadSource", Type::enumeration},
    {"Status", Type::enumeration},
    {"Industry", Type::enumeration},
    {"Rating", Type::enumeration},
    {"Birthdate", Type::date},
    {"NumberOfEmployees", Type::integer},
    {"HasOptedOutOfEmail", Type::suppression},
    {"HasOptedOutOfFax", Type::boolean},
    {"DoNotCall", Type::boolean},
    {"OwnerId", Type::id},
    {"AccountId", Type::id},
    {"ReportsToId", Type::id},
    {"EmailBouncedDate", Type::datetime},
    {"EmailBouncedReason", Type::string},
    {"Id", Type::id, read_only},
    {"Name", Type::string, read_only},
    {"MailingAddress", Type::map, read_only},
    {"OtherAddress", Type::map, read_only},
    {"Address", Type::map, read_only},
    {"IsDeleted", Type::boolean, read_only},
    {"CreatedDate", Type::datetime, read_only},
    {"LastModifiedDate", Type::datetime, read_only},
    {"SystemModstamp", Type::datetime, read_only},
    {"LastActivityDate", Type::date, read_only},
};

/// HubSpot has one opt-out per subscription type, named `hs_email_optout_` and its number.
constexpr std::string_view hubspot_topic_optout = "hs_email_optout_";
constexpr BuiltinField any_topic_optout{hubspot_topic_optout, Type::suppression};

template <std::size_t count>
BuiltinFields all_of(const BuiltinField (&fields)[count]) {
  return {fields, count};
}

}  // namespace

BuiltinFields penguinmails_fields() {
  return all_of(penguinmails);
}

BuiltinFields crm_fields(Wire wire) {
  switch (wire) {
    case Wire::hubspot: return all_of(hubspot);
    case Wire::salesforce: return all_of(salesforce);
    case Wire::json: return {};
  }
  return {};
}

const BuiltinField* find_builtin(BuiltinFields fields, std::string_view path) {
  for (const BuiltinField& field : fields) {
    if (field.path == path) return &field;
  }
  if (fields.fields == hubspot && path.starts_with(hubspot_topic_optout) && path.size() > hubspot_topic_optout.size())
    return &any_topic_optout;
  return nullptr;
}

}  // namespace crmsync::mapping
