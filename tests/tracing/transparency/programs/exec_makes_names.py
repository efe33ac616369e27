# Names that exec makes in a function are read through locals(), exec and eval.
def run():
    x = 1
    exec("made = x + 1; x = 99")
    print(x, locals().get("made"))
    y = 2
    print(sorted(locals()))
    exec("other = [made] if 'made' in locals() else 'gone'; print(other)")
    try:
        return made
    except NameError as error:
        return str(error)


print(run())


def loop():
    for number in range(3):
        exec(f"value{number} = number")
    return sorted(name for name in locals() if name.startswith("value"))


print(loop())
exec("top = 1; print(sorted(n for n in globals() if not n.startswith('_')))")
print(top)
