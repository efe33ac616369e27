import configparser

settings, _, queries = open(0).read().partition("\n?\n")
ini = configparser.ConfigParser(interpolation=None, comment_prefixes=(";",), delimiters=("=",))
ini.read_string(settings)
for query in queries.split():
    section, key = query.split(".")
    print(query, "=", ini[section][key])
