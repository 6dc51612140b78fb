#include "server/providers/lastpass/connector.h"

#include "absl/strings/string_view.h"

namespace credlink::lastpass {
namespace {

void AddAccountNumber(v1::Connector& connector) {
  v1::ConnectorField& field = *connector.add_fields();
  field.set_key("lastpass.account_number");
  field.set_label("Account number (CID)");
  field.set_type(v1::ConnectorField::TYPE_TEXT);
  field.set_required(true);
  field.set_placeholder("12345678");
  field.set_pattern("^[0-9]{1,10}$");
  field.set_pattern_message("The account number is digits only, usually 7 or 8 of them.");
  field.set_help(
      "The number after \"Account number\" in the LastPass admin console, under Advanced > "
      "Enterprise API.");
}

void AddProvisioningHash(v1::Connector& connector) {
  v1::ConnectorField& field = *connector.add_fields();
  field.set_key("lastpass.provisioning_hash");
  field.set_label("Provisioning hash");
  field.set_type(v1::ConnectorField::TYPE_PASSWORD);
  field.set_required(true);
  field.set_secret(true);
  field.set_help(
      "The long text that LastPass shows once, when the hash is created; paste what is between the "
      "quotes.");
}

void AddStep(absl::string_view title, absl::string_view text, v1::ConnectorGuide& guide) {
  v1::GuideStep& step = *guide.add_steps();
  step.set_title(title.data(), title.size());
  step.set_text(text.data(), text.size());
}

void AddLink(absl::string_view title, absl::string_view url, v1::ConnectorGuide& guide) {
  v1::GuideLink& link = *guide.add_links();
  link.set_title(title.data(), title.size());
  link.set_url(url.data(), url.size());
}

void AddGuide(v1::Connector& connector) {
  v1::ConnectorGuide& guide = *connector.mutable_guide();
  AddStep("Open the admin console",
          "Log in to https://admin.lastpass.com as an admin or super admin of your company.",
          guide);
  AddStep("Go to the Enterprise API",
          "Choose Advanced > Enterprise API. (Advanced > LastPass API is another API; its keys do "
          "not work here.)",
          guide);
  AddStep("Copy the account number",
          "It stands on that page after \"Account number\": digits only, usually 7 or 8.", guide);
  AddStep("Find the provisioning hash",
          "If your company has one already, use it: whoever created it should have kept it in a "
          "safe place. LastPass cannot show it again.",
          guide);
  AddStep("Or create the provisioning hash",
          "If there is none, create it on that page. It is shown once, inside double quotes: copy "
          "what is between them, and keep it in a safe place. A reset makes a new hash and "
          "disconnects every integration that uses the old one, at once.",
          guide);
  AddStep("Enter both values", "Paste the account number and the provisioning hash into this form.",
          guide);
  AddLink("LastPass admin console", "https://admin.lastpass.com", guide);
  AddLink("Where to find the CID and the API secret",
          "https://support.lastpass.com/help/where-can-i-find-the-cid-and-api-secret", guide);
  AddLink("How to reset the provisioning hash",
          "https://support.lastpass.com/help/how-do-i-reset-my-enterprise-api-provisioning-hash",
          guide);
  AddLink("About the Enterprise API", "https://support.lastpass.com/help/use-provisioning-api",
          guide);
}

}  // namespace

v1::Connector MakeConnector() {
  v1::Connector connector;
  connector.set_name("connectors/lastpass");
  connector.set_display_name("LastPass Business");
  connector.set_description(
      "Links a company's LastPass Business account through its Enterprise API.");
  AddAccountNumber(connector);
  AddProvisioningHash(connector);
  AddGuide(connector);
  connector.set_required_plan("LastPass Business");
  connector.set_required_role("Admin or super admin");
  connector.add_warnings(
      "Whoever holds the provisioning hash can read, change and delete the company's users: never "
      "send it by e-mail or chat.");
  connector.add_warnings(
      "A company has one provisioning hash: after a reset, every integration that uses it must be "
      "given the new one.");
  connector.add_warnings(
      "Each check of the credentials leaves a line (\"Get user data\") in LastPass's audit log.");
  return connector;
}

}  // namespace credlink::lastpass
