"""Experiments: questions that are answered by training and measuring several arms with several seeds.

    config      reads the YAML file of an experiment
    plan        the commands of all arms and seeds; equal ones are one step
    runner      runs the steps; a step that is finished does not run again
    results     the measures of an arm and a seed, one JSON file each
    findings    the results of all arms and seeds, from which findings_page and findings_plot make docs/findings.md
"""
