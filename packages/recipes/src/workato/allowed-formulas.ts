/** The formulas that Workato allows, by our names; all else blocks a recipe there. */
export const allowedFormulas: ReadonlySet<string> = new Set(
  `
    blank present presence is_true is_not_true include exclude match starts_with ends_with strip lstrip
    rstrip scrub strip_tags ljust rjust reverse gsub sub length slice encode transliterate capitalize
    titleize upcase downcase quote split bytes bytesize byteslice parameterize to_s to_i to_f ordinalize
    to_country_alpha2 to_country_alpha3 to_country_name to_currency to_currency_code to_currency_name
    to_currency_symbol to_phone to_state_code to_state_name encode_url abs round ceil floor even odd
    from_now ago wday yday yweek beginning_of_hour beginning_of_day beginning_of_week beginning_of_month
    beginning_of_year end_of_month strftime in_time_zone dst to_date to_time first last index count where
    except pluck format_map join smart_join concat sum uniq flatten max min compact to_csv to_json to_xml
    from_xml encode_www_form to_param keys values second seconds minute minutes hour hours day days week
    weeks month months year years
  `
    .trim()
    .split(/\s+/),
);
